"""What the fold loads of members besides themselves: old windows of caps, what is held, cuts."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from services.incentives import store
from services.incentives.calendar import windows_of
from services.incentives.engine import bound_at
from services.incentives.guards.holding import held_since
from services.incentives.policy.document import Incentives
from services.incentives.stars import store as stars
from services.incentives.stars.closing import Closing
from services.incentives.stars.timers import Due
from services.incentives.state import KEPT_WINDOWS
from services.incentives.tenant import Tenant
from services.kit.communities.timeline import Community
from services.kit.projection.definition import Connection
from services.kit.runtime import clock

Known = Community[Incentives]


async def load_held(
    db: Connection, tenant: Tenant, community: Known, tokens: Iterable[int]
) -> None:
    """Members of whom something is held, with the caps' windows of when that was earned."""
    await store.load_members(db, tenant, tokens)
    earned = {token: held_since(tenant.members[token]) for token in tokens}
    since = {token: at for token, at in earned.items() if at is not None}
    await load_late(db, tenant, community, since)


async def load_late(
    db: Connection, tenant: Tenant, community: Known, members: Mapping[int, int]
) -> None:
    """Windows of caps that are so old that they were let go of; of each member since when."""
    late = []
    for token, earliest in members.items():
        full = []
        for cap, used in tenant.members[token].used.items():
            if len(used) >= KEPT_WINDOWS:
                full.append((cap, min(used)))
        if full:
            windows = windows_of(clock.local_day(earliest, community.zone_at(earliest)))
            if any(windows[tenant.period(cap)] < kept for cap, kept in full):
                late.append(token)
    if late:
        await store.load_past_caps(db, tenant, late)


async def load_closing(db: Connection, tenant: Tenant, community: Known, due: Due) -> Closing:
    """What a period's closing will do, and the members it is about."""
    closing = await stars.closing(db, tenant, community, due)
    placed = {each.member for top in closing.tops for each in top.placed}
    await store.load_members(db, tenant, sorted(placed))
    return closing


async def load_cut(db: Connection, tenant: Tenant, community: Known) -> None:
    """Of each member and day that a reversal may make room in: what caps had cut."""
    wanted = defaultdict(set)
    for originals in list(tenant.causes.values()):
        for original in originals:
            bound = bound_at(original.at, tenant, community)
            if original.net > 0 and bound.refills:
                zone = community.zone_at(original.at)
                day = clock.local_day(original.at, zone)
                span = (clock.day_start(day, zone), clock.day_start(day + 1, zone))
                wanted[(original.member, day, span)].add(original.account)
    for (member, day, span), accounts in wanted.items():
        await store.load_cut(db, tenant, (member, day), span, accounts)
