"""`/v1/communities/{c}/stars`: who was the best of which week or month."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.api.callers import Reading
from services.api.openapi import READS
from services.api.reading import paging
from services.api.reading.asked import NO_NUL
from services.api.reading.past import KnownAt, past
from services.api.tokens import names
from services.incentives.stars import view

router = APIRouter(prefix="/v1/communities/{community}/stars", tags=["members"])

StarName = Annotated[
    str | None, Query(min_length=1, max_length=64, pattern=NO_NUL, description="Of this name only.")
]
PERIOD = "^(19[7-9][0-9]|2[01][0-9]{2})-((0[1-9]|1[0-2])|W(0[1-9]|[1-4][0-9]|5[0-3]))$"
Period = Annotated[
    str | None,
    Query(
        pattern=PERIOD,
        description="A month such as 2026-10, or an ISO week such as 2026-W44.",
    ),
]


class StarShown(view.StarOf):
    """A star, and whose."""

    member: str  # type: ignore[assignment]


class Stars(BaseModel):
    """A page of the history."""

    items: list[StarShown]
    next: str | None


@router.get("", responses=READS)
async def list_stars(
    tenant: Reading,
    star: StarName = None,
    period: Period = None,
    as_of: paging.AsOf = None,
    known_at: KnownAt = None,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> Stars:
    """Stars by period, the latest first; of each the score when it was closed."""
    here, community, then = tenant.here, tenant.community, await past(tenant, as_of, known_at)
    after = paging.place(cursor, tuple[int, int, int, int])
    wanted = None if period is None else period_of(period)
    async with here.views.of("incentives") as db:
        page = await view.page(db, community.key, after, limit, then, star=star, period=wanted)
    ids = await names(here.directory, (row.member for row in page.rows))
    items = [StarShown(**{**dict(row), "member": ids[row.member]}) for row in page.rows]
    return Stars(items=items, next=paging.made(*page.next) if page.next else None)


def period_of(name: str) -> tuple[int, int]:
    """The period of a name. Raises ProblemError 400 for a week there is not."""
    try:
        return view.named(name)
    except ValueError:
        raise paging.wrong("period", "that year has no such week") from None
