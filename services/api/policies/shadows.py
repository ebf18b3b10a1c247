"""`/v1/communities/{c}/policies/shadow`: a draft that runs in the shadow of the live policy."""

from fastapi import APIRouter, Request

from services.api.bodies import StrictRoute
from services.api.callers import Operating, Reading, Tenant
from services.api.openapi import READS, WRITES, problems
from services.api.policies.models import Previewed
from services.api.policies.previews import previewed
from services.api.policies.router import BODY, checked
from services.api.reading import paging
from services.api.reading.asked import sentence
from services.api.reading.live import NotReadyError
from services.incentives.shadow.commands import NoShadowError, Shadowing
from services.kit.http.problem import ProblemError
from services.kit.projection.rebuild import BeginningGoneError

router = APIRouter(
    prefix="/v1/communities/{community}/policies/shadow",
    tags=["policies"],
    route_class=StrictRoute,
)


@router.put("", responses=WRITES, openapi_extra=BODY)
async def start_shadow(request: Request, tenant: Operating) -> Shadowing:
    """Let a draft run in the shadow of the live policy, in the place of one that does: as if it had
    held since ever. It follows what happens, concludes nothing, and can be compared at any time."""
    document = await checked(request)
    try:
        shadow = tenant.here.previews.shadow(tenant.community)
        await shadow.start(document, tenant.key.name[:64])
    except BeginningGoneError as error:
        raise ProblemError(409, "The log's beginning is gone", str(error)) from None
    return await _status(tenant)


@router.get("", responses=READS)
async def show_shadow(tenant: Reading) -> Shadowing:
    """Whether a draft runs in the shadow, since when, and how far it is behind."""
    return await _status(tenant)


@router.post("/compare", responses=problems(409, 429))
async def compare_shadow(tenant: Operating, limit: paging.Limit = 50) -> Previewed:
    """What members have, beside what they would have under the draft; as a preview tells it.

    The shadow catches up first. 409 where that takes too long for a request: what it has caught up
    stays, so ask again.
    """
    here = tenant.here
    try:
        async with here.previews.of_shadow(tenant.community) as comparison:
            return await previewed(comparison, here.directory, limit)
    except NoShadowError as error:
        raise _none(error) from None


@router.delete("", status_code=204, responses=problems())
async def stop_shadow(tenant: Operating) -> None:
    """End it. Nothing is left of it."""
    if not await tenant.here.previews.shadow(tenant.community).stop():
        raise _none(NoShadowError(tenant.community))


async def _status(tenant: Tenant) -> Shadowing:
    try:
        return await tenant.here.previews.shadow(tenant.community).status()
    except NoShadowError as error:
        raise _none(error) from None
    except LookupError:
        raise NotReadyError("incentives") from None


def _none(error: Exception) -> ProblemError:
    return ProblemError(404, "No shadow", sentence(error))
