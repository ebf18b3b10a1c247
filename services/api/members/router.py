"""`/v1/communities/{c}/members`: what members have earned, how, and why."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query

from services.api.callers import Reading
from services.api.members.models import (
    Ledger,
    Levels,
    Members,
    MemberShown,
    Quests,
    Referrals,
    entry_shown,
    member_shown,
    referrals_shown,
)
from services.api.openapi import READS
from services.api.reading import paging
from services.api.reading.asked import NO_NUL, asked
from services.api.reading.language import Language
from services.api.reading.past import KnownAt, past
from services.api.tokens import names, token_of, unknown_member
from services.incentives.ledger import view as entries
from services.incentives.levels import view as levels
from services.incentives.members import view
from services.incentives.quests.view import member_quests
from services.incentives.referrals import view as referrals
from services.incentives.reports import view as reports
from services.incentives.why import view as why
from services.kit.runtime import clock

Month = Annotated[
    str,
    Query(
        pattern="^(19[7-9][0-9]|2[01][0-9]{2})-(0[1-9]|1[0-2])$",
        description="A month of the community's own calendar, from 1970 to 2199.",
    ),
]

router = APIRouter(prefix="/v1/communities/{community}/members", tags=["members"])

# A platform's ids may hold slashes, escaped or not; the routes with an ending come first.
Member = Annotated[str, Path(min_length=1, max_length=256, pattern=NO_NUL)]
Sort = Annotated[
    str | None,
    Query(max_length=64, pattern=NO_NUL, description="An account, such as points: most first."),
]


@router.get("", responses=READS)
async def list_members(
    tenant: Reading, sort: Sort = None, cursor: paging.Cursor = None, limit: paging.Limit = 50
) -> Members:
    """Members, in no order that means anything, or with `sort` the most of an account first."""
    after = paging.place(cursor, tuple[int, int])
    async with tenant.here.views.of("incentives") as db:
        with asked():
            page = await view.members(db, tenant.community.key, clock.now(), after, limit, sort)
    ids = await names(tenant.here.directory, (row.member for row in page.rows))
    more = paging.made(*page.next) if page.next else None
    return Members(items=[member_shown(row, ids) for row in page.rows], next=more)


@router.get("/{member:path}/ledger", responses=READS)
async def show_ledger(
    tenant: Reading,
    member: Member,
    language: Language,
    as_of: paging.AsOf = None,
    known_at: KnownAt = None,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> Ledger:
    """Every change of the member's accounts, newest first; each told in a sentence as well.

    The sentences are English or Chinese, by Accept-Language.
    """
    here, community = tenant.here, tenant.community
    after, then = paging.place(cursor, tuple[int, int, int]), await past(tenant, as_of, known_at)
    if after is not None and not -(2**15) <= after[2] < 2**15:
        raise paging.wrong("cursor", "no cursor of this list")
    token = await token_of(here.directory, community, member)
    async with here.views.of("incentives") as db:
        page = await entries.ledger(db, community.key, token, after, limit, then)
        teller = await why.teller(db, community.key, language)
    named = {row.position for row in page.rows} | {row.reverses or -1 for row in page.rows}
    events = await here.events.names(community.partition, named)
    more = paging.made(*page.next) if page.next else None
    rows = [row.model_copy(update={"member": token}) for row in page.rows]
    items = [entry_shown(row, events, {token: member}, teller) for row in rows]
    return Ledger(items=items, next=more)


@router.get("/{member:path}/levels", responses=READS)
async def show_levels(
    tenant: Reading,
    member: Member,
    as_of: paging.AsOf = None,
    known_at: KnownAt = None,
    limit: paging.Limit = 50,
) -> Levels:
    """The changes of the member's levels, newest first."""
    here, community, then = tenant.here, tenant.community, await past(tenant, as_of, known_at)
    token = await token_of(here.directory, community, member)
    async with here.views.of("incentives") as db:
        return Levels(items=await levels.level_history(db, community.key, token, limit, then))


@router.get("/{member:path}/quests", responses=READS)
async def show_quests(
    tenant: Reading, member: Member, as_of: paging.AsOf = None, known_at: KnownAt = None
) -> Quests:
    """Every quest of the policy: how far the member is, now or of a past."""
    here, community, then = tenant.here, tenant.community, await past(tenant, as_of, known_at)
    token = await token_of(here.directory, community, member)
    async with here.views.of("incentives") as db:
        return Quests(items=await member_quests(db, community.key, token, then))


@router.get("/{member:path}/referrals", responses=READS)
async def show_referrals(
    tenant: Reading,
    member: Member,
    as_of: paging.AsOf = None,
    known_at: KnownAt = None,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> Referrals:
    """Who invited the member, whom the member invited, and what that has brought."""
    here, community = tenant.here, tenant.community
    after, then = paging.place(cursor, tuple[int, int]), await past(tenant, as_of, known_at)
    token = await token_of(here.directory, community, member)
    async with here.views.of("incentives") as db:
        found = await referrals.referrals(db, community.key, token, after, limit, then)
    ids = await names(here.directory, [found.invited_by, *(row.member for row in found.rows)])
    return referrals_shown(found, ids)


@router.get("/{member:path}/report", responses=READS)
async def show_report(
    tenant: Reading,
    member: Member,
    month: Month,
    as_of: paging.AsOf = None,
    known_at: KnownAt = None,
) -> reports.GrowthReport:
    """The member's growth report 成长报告: what a month brought, beside the month before it."""
    here, community, then = tenant.here, tenant.community, await past(tenant, as_of, known_at)
    first = _first_day(month)
    token = await token_of(here.directory, community, member)
    async with here.views.of("incentives") as db:
        found = await reports.growth(db, community.key, token, first, clock.now(), then)
    if found is None:
        raise unknown_member(community.slug)
    return found


@router.get("/{member:path}", responses=READS)
async def show_member(
    tenant: Reading, member: Member, as_of: paging.AsOf = None, known_at: KnownAt = None
) -> MemberShown:
    """What the member has: points, growth, level, badges, streaks; now or of a past."""
    here, community, then = tenant.here, tenant.community, await past(tenant, as_of, known_at)
    token = await token_of(here.directory, community, member)
    async with here.views.of("incentives") as db:
        found = await view.member(db, community.key, token, clock.now(), then)
    if found is None:
        raise unknown_member(community.slug)
    return member_shown(found, {token: member})


def _first_day(month: str) -> int:
    """The day number a month begins with."""
    return clock.day_number(date.fromisoformat(f"{month}-01"))
