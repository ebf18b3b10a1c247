"""`/v1/communities/{c}/stream`: what was concluded, as it is concluded."""

from typing import Annotated, Literal

from fastapi import APIRouter, Header, Query
from fastapi.responses import StreamingResponse

from services.api.callers import Reading
from services.api.openapi import READS
from services.api.stream.facts import events, newest
from services.api.stream.place import BEGINNING, NoPlaceError, parsed
from services.kit.http.problem import Fault, ProblemError

router = APIRouter(prefix="/v1/communities/{community}", tags=["stream"])
_CONTENT = {"text/event-stream": {"schema": {"type": "string"}}}
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


@router.get(
    "/stream",
    response_class=StreamingResponse,
    responses=READS | {200: {"description": "Server-sent events.", "content": _CONTENT}},
)
async def stream_facts(
    tenant: Reading,
    last: Annotated[
        str | None,
        Header(alias="Last-Event-ID", max_length=256, description="Resume behind this event."),
    ] = None,
    since: Annotated[
        Literal["now", "beginning"], Query(description="Where a new reader begins.")
    ] = "now",
) -> StreamingResponse:
    """Facts as server-sent events; with `Last-Event-ID` none is lost and none repeated."""
    if last:
        try:
            place = parsed(last)
        except NoPlaceError:
            detail = "no id of this stream; leave it out to begin at now"
            raise ProblemError(
                400, "Wrong parameter", detail, [Fault(":Last-Event-ID", detail)]
            ) from None
    elif since == "beginning":
        place = BEGINNING
    else:
        place = await newest(tenant.here, tenant.community)
    return StreamingResponse(
        events(tenant.here, tenant.community, place), 200, _HEADERS, "text/event-stream"
    )
