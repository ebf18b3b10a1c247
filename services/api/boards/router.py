"""`/v1/communities/{c}/boards/{board}`: ranked rows, and a member's own place with neighbours."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from services.api.callers import Reading
from services.api.openapi import READS
from services.api.reading import paging
from services.api.reading.asked import NO_NUL, Name, asked
from services.api.tokens import names, token_of
from services.incentives.boards import view
from services.kit.runtime import clock

router = APIRouter(prefix="/v1/communities/{community}/boards", tags=["members"])

Period = Literal["day", "week", "month", "all"]


class RowShown(BaseModel):
    """One place of a board; equal values share a rank."""

    rank: int
    member: str
    value: int


class BoardShown(BaseModel):
    """A part of a board."""

    board: str
    account: str
    title: Any = Field(description="For people; with several languages one text for each.")
    period: Period
    start: str | None = Field(description="Beginning of the period; null for all time.")
    end: str | None
    members: int = Field(description="How many stand on the board.")
    source: str = Field(description="live, or ledger where it was added up from entries.")
    rows: list[RowShown]
    next: str | None


At = Annotated[
    str | None,
    Query(
        max_length=64,
        description="A time in the period that is meant (RFC 3339); now by default.",
        json_schema_extra={"format": "date-time"},
    ),
]
Around = Annotated[
    str | None,
    Query(max_length=256, pattern=NO_NUL, description="This member's rank, with neighbours."),
]


@router.get("/{board}", responses=READS)
async def show_board(
    tenant: Reading,
    board: Name,
    period: Period | None = None,
    at: At = None,
    around: Around = None,
    as_of: paging.AsOf = None,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> BoardShown:
    """A board by rank; with `around` the part about one member."""
    here, community = tenant.here, tenant.community
    member = None if around is None else await token_of(here.directory, community, around)
    wanted = view.Asked(
        period=period,
        at=paging.instant(at, "at"),
        around=member,
        as_of=paging.instant(as_of),
        after=paging.place(cursor, tuple[int, int]),
        limit=limit,
    )
    async with here.views.of("incentives") as db:
        with asked():
            page = await view.board(db, community.key, board, clock.now(), wanted)
    ids = await names(here.directory, (row.member for row in page.rows))
    rows = [RowShown(rank=r.rank, member=ids[r.member], value=r.value) for r in page.rows]
    more = paging.made(*page.next) if page.next else None
    shown = page.model_dump(exclude={"rows", "next"})
    return BoardShown(**shown, rows=rows, next=more)
