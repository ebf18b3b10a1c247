"""`/v1/communities/{c}/receivers`: who is told of incidents, by signed webhooks."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from services.alerts.notify import commands
from services.api.bodies import StrictRoute
from services.api.callers import Operating
from services.api.openapi import READS, WRITES
from services.api.reading.asked import NO_NUL
from services.api.receivers.models import ReceiverPut, Receivers, ReceiverTaken, shown
from services.kit.http.problem import Fault, ProblemError

router = APIRouter(
    prefix="/v1/communities/{community}/receivers", tags=["receivers"], route_class=StrictRoute
)
Name = Annotated[
    str,
    Path(
        max_length=64,
        pattern=NO_NUL,
        description="Of a channel in the policy, to hear of that channel's priorities alone; any"
        " other hears of all.",
    ),
]


@router.get("", responses=READS)
async def list_receivers(tenant: Operating) -> Receivers:
    """The receivers, without their secrets, with how the last delivery went."""
    async with tenant.here.pool.acquire() as db:
        found = await commands.webhooks(db, tenant.community.key)
    return Receivers(items=[shown(each) for each in found])


@router.put("/{receiver}", responses=WRITES)
async def put_receiver(tenant: Operating, receiver: Name, body: ReceiverPut) -> ReceiverTaken:
    """Tell an address of incidents, signed after Standard Webhooks, at least once; or change it.

    It is told of what happens from now on. One that was disabled (it answered 410) is enabled.
    """
    here = tenant.here
    events: list[str] | None = None if body.events is None else sorted(body.events)
    try:
        async with here.pool.acquire() as db:
            made = await commands.put_webhook(
                db,
                here.vault,
                tenant.community.key,
                receiver,
                body.url,
                body.secret,
                events=events,
                anywhere=here.webhooks_anywhere,
            )
    except commands.WrongReceiverError as error:
        fault = Fault(f"/{error.field}", str(error))
        raise ProblemError(422, "The request does not fit", str(error), [fault]) from None
    return ReceiverTaken(receiver=receiver, url=body.url, events=events, secret=made)


@router.delete("/{receiver}", status_code=204, response_class=Response, responses=WRITES)
async def drop_receiver(tenant: Operating, receiver: Name) -> Response:
    """Tell it nothing more, not even what waits for it."""
    async with tenant.here.pool.acquire() as db:
        if not await commands.drop_webhook(db, tenant.community.key, receiver):
            raise ProblemError(404, "Not there", "There is no receiver of this name.")
    return Response(status_code=204)
