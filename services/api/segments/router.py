"""`/v1/communities/{c}/segments`: who belongs, as a list and as a file."""

import csv
import io
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from services.api.callers import BIGGEST, Reading, Tenant
from services.api.openapi import READS
from services.api.reading import paging
from services.api.reading.asked import Name, asked
from services.api.tokens import names
from services.incentives.segments import view
from services.kit.runtime import clock

router = APIRouter(prefix="/v1/communities/{community}/segments", tags=["segments"])
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With what a spreadsheet takes a cell for a formula."""
KINDS = {"csv": "text/csv", "ndjson": "application/x-ndjson"}
Format = Annotated[Literal["csv", "ndjson"], Query(description="A line a member.")]


class Segments(BaseModel):
    """The segments of the policy."""

    items: list[view.SegmentView]


class BelongsShown(view.Belongs):
    """A member of a segment, with what the segment asks about."""

    member: str  # type: ignore[assignment]


class BelongsList(BaseModel):
    """A page of those who belong; it may have few rows and still a next."""

    items: list[BelongsShown]
    next: str | None


@router.get("", responses=READS)
async def list_segments(tenant: Reading) -> Segments:
    """The segments of the policy."""
    async with tenant.here.views.of("incentives") as db:
        return Segments(items=await view.segments(db, tenant.community.key))


@router.get("/{segment}/members", responses=READS)
async def list_segment(
    tenant: Reading, segment: Name, cursor: paging.Cursor = None, limit: paging.Limit = 50
) -> BelongsList:
    """Who belongs to a segment now."""
    (after,) = paging.place(cursor, tuple[int]) or (-1,)
    if not -BIGGEST <= after <= BIGGEST:
        raise paging.wrong("cursor", "no cursor of this list")
    key = tenant.community.key
    async with tenant.here.views.of("incentives") as db:
        with asked():
            wanted = await view.reading(db, key, segment, clock.now())
        page = await view.page(db, key, wanted, after, limit)
    items = await _shown(tenant, page.rows)
    return BelongsList(items=items, next=None if page.next is None else paging.made(page.next))


@router.get(
    "/{segment}/export",
    response_class=StreamingResponse,
    responses={
        **READS,
        200: {"description": "A line a member.", "content": {kind: {} for kind in KINDS.values()}},
    },
)
async def export_segment(
    tenant: Reading,
    segment: Name,
    format: Format = "csv",  # noqa: A002 - the parameter's name
) -> StreamingResponse:
    """All who belong to a segment now, as CSV (with a header) or NDJSON."""
    async with tenant.here.views.of("incentives") as db:
        with asked():
            wanted = await view.reading(db, tenant.community.key, segment, clock.now())
    lines = _csv(tenant, wanted) if format == "csv" else _ndjson(tenant, wanted)
    # A name may hold what a header cannot; the file is named for the format alone.
    named = {"Content-Disposition": f'attachment; filename="segment.{format}"'}
    return StreamingResponse(lines, media_type=KINDS[format], headers=named)


async def _ndjson(tenant: Tenant, wanted: view.Reading) -> AsyncIterator[bytes]:
    async for rows in _everybody(tenant, wanted):
        yield b"".join(msgspec.json.encode(row.model_dump()) + b"\n" for row in rows)


async def _csv(tenant: Tenant, wanted: view.Reading) -> AsyncIterator[bytes]:
    fields = list(wanted.segment.when)
    yield _line(["member", "since", *fields])
    async for rows in _everybody(tenant, wanted):
        for row in rows:
            yield _line([row.member, row.since, *(_cell(row.fields, name) for name in fields)])


async def _everybody(tenant: Tenant, wanted: view.Reading) -> AsyncIterator[list[BelongsShown]]:
    async with tenant.here.views.of("incentives") as db:
        async for rows in view.everybody(db, tenant.community.key, wanted):
            yield await _shown(tenant, rows)


async def _shown(tenant: Tenant, rows: list[view.Belongs]) -> list[BelongsShown]:
    ids = await names(tenant.here.directory, (row.member for row in rows))
    return [BelongsShown(**{**dict(row), "member": ids[row.member]}) for row in rows]


def _cell(fields: Mapping[str, Any], name: str) -> str:
    value = fields[name]
    if value is None:
        return ""
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _line(cells: list[str]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(
        [f"'{cell}" if cell.startswith(FORMULA) and not _number(cell) else cell for cell in cells]
    )
    return text.getvalue().encode()


def _number(cell: str) -> bool:
    return cell.removeprefix("-").isdecimal()
