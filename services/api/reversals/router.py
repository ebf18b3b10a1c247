"""`/v1/communities/{c}/reversals`: what a ring has earned is shown, taken back, and given again."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from services.api.bodies import StrictRoute
from services.api.callers import Operating, Reading, Tenant
from services.api.openapi import READS, WRITES, problems
from services.api.reading import paging
from services.api.reading.asked import asked
from services.api.reversals.giving import Chosen, chosen, given, undone
from services.api.reversals.models import (
    NAME,
    HitShown,
    OfMemberShown,
    Order,
    Ordered,
    RadiusShown,
    Reversals,
    ReversalShown,
)
from services.api.tokens import names
from services.incentives.reversals import commands, view
from services.kit.runtime import clock

router = APIRouter(
    prefix="/v1/communities/{community}/reversals", tags=["reversals"], route_class=StrictRoute
)
Named = Annotated[str, Path(pattern=NAME, description="The order's name.")]
FAR = 2**62


@router.post("/preview", responses=problems(400, 409, 413, 415))
async def preview_reversal(
    tenant: Operating, selection: commands.Selection, limit: paging.Limit = 50
) -> RadiusShown:
    """What an order would change: points, levels, badges, boards, rewards that were spent. Nothing
    is written."""
    here, community = tenant.here, tenant.community
    async with here.views.of("incentives") as db:
        found = await chosen(tenant, db, selection)
        told = await commands.radius(
            db, community.key, found.wanted, found.found, clock.now(), limit
        )
    ids = await names(here.directory, (hit.member for hit in told.rows))
    rows = [HitShown(**{**dict(hit), "member": ids[hit.member]}) for hit in told.rows]
    return RadiusShown(**{**dict(told), "rows": rows})


@router.post("", status_code=202, responses=WRITES)
async def order_reversal(tenant: Operating, order: Order, response: Response) -> Ordered:
    """Take back what was picked, by compensating entries of its own dates. Look at the preview
    first. What comes late is not part of it."""
    return _answered(await given(tenant, order), order.reversal, response)


@router.post("/{reversal}/undo", status_code=202, responses=problems(400, 409, 504))
async def undo_reversal(tenant: Operating, reversal: Named, response: Response) -> Ordered:
    """Give again exactly what the order took."""
    return _answered(await undone(tenant, reversal), reversal, response)


def _answered(done: Chosen, name: str, response: Response) -> Ordered:
    response.headers["Hearth-Position"] = str(done.position)
    return Ordered(reversal=name, members=len(done.found), parts=done.parts, position=done.position)


@router.get("", responses=READS)
async def list_reversals(
    tenant: Reading, cursor: paging.Cursor = None, limit: paging.Limit = 50
) -> Reversals:
    """The orders that were given, the latest first."""
    before = _place(cursor) or FAR
    async with tenant.here.views.of("incentives") as db:
        page = await view.orders(db, tenant.community.key, before, limit)
    return Reversals(items=page.rows, next=paging.made(page.next) if page.next else None)


@router.get("/{reversal}", responses=READS)
async def show_reversal(
    tenant: Reading, reversal: Named, cursor: paging.Cursor = None, limit: paging.Limit = 50
) -> ReversalShown:
    """An order, and what it took of whom."""
    return await _shown(tenant, reversal, _place(cursor) or 0, limit)


async def _shown(tenant: Tenant, name: str, after: int, limit: int) -> ReversalShown:
    here, key = tenant.here, tenant.community.key
    async with here.views.of("incentives") as db:
        with asked():
            order = await view.order(db, key, name)
        page = await view.members(db, key, name, after, limit)
    ids = await names(here.directory, (row.member for row in page.rows))
    rows = [OfMemberShown(member=ids[row.member], accounts=row.accounts) for row in page.rows]
    more = paging.made(page.next) if page.next else None
    return ReversalShown(**dict(order), items=rows, next=more)


def _place(cursor: str | None) -> int | None:
    place = paging.place(cursor, tuple[int])
    if place is not None and not 0 <= place[0] <= FAR * 2 - 1:
        raise paging.wrong("cursor", "no cursor of this list")
    return None if place is None else place[0]
