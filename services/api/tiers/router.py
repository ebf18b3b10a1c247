"""`/v1/communities/{c}/tiers`: how many stand where, who moved in a month, a member's history."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel

from services.api.callers import Reading
from services.api.members.router import Month
from services.api.openapi import READS
from services.api.reading import paging
from services.api.reading.asked import NO_NUL
from services.api.reading.past import KnownAt, past
from services.api.tokens import token_of
from services.incentives.tiers import view
from services.kit.runtime import clock

router = APIRouter(prefix="/v1/communities/{community}", tags=["tiers"])
Member = Annotated[str, Path(min_length=1, max_length=256, pattern=NO_NUL)]
Of = Annotated[view.Of, Query(description="What the members moved between.")]


class Standings(BaseModel):
    """Changes of where a member stood, newest first."""

    items: list[view.Standing]


@router.get("/tiers", responses=READS)
async def count_tiers(
    tenant: Reading, as_of: paging.AsOf = None, known_at: KnownAt = None
) -> view.Census:
    """How many members stand in each tier, stage and persona, as of the last close of a day."""
    then = await past(tenant, as_of, known_at)
    async with tenant.here.views.of("incentives") as db:
        return await view.census(db, tenant.community.key, then)


@router.get("/tiers/flow", responses=READS)
async def show_flow(
    tenant: Reading,
    month: Month,
    of: Of = "tier",
    as_of: paging.AsOf = None,
    known_at: KnownAt = None,
) -> view.Flow:
    """From where to where members went between the beginning of a month and its end."""
    then, first = await past(tenant, as_of, known_at), date.fromisoformat(f"{month}-01")
    day, now = clock.day_number(first), clock.now()
    async with tenant.here.views.of("incentives") as db:
        return await view.flow(db, tenant.community.key, day, of, now, then)


@router.get("/members/{member:path}/tiers", responses=READS)
async def show_standings(
    tenant: Reading,
    member: Member,
    as_of: paging.AsOf = None,
    known_at: KnownAt = None,
    limit: paging.Limit = 50,
) -> Standings:
    """Every change of the member's tier, stage and persona, with the figures behind it."""
    here, community, then = tenant.here, tenant.community, await past(tenant, as_of, known_at)
    token = await token_of(here.directory, community, member)
    async with here.views.of("incentives") as db:
        return Standings(items=await view.history(db, community.key, token, limit, then))
