"""Loading what events touch, what is late, and what may be taken back."""

from collections import defaultdict
from collections.abc import Iterable

from services.incentives import store
from services.incentives.calendar import windows_of
from services.incentives.content.touching import subjects, touched
from services.incentives.engine import Known, bound_at
from services.incentives.guards.deciding import DECIDED
from services.incentives.guards.holding import held_since
from services.incentives.reversals import store as orders
from services.incentives.rewards import store as rewards
from services.incentives.stars import store as stars
from services.incentives.stars.closing import Closing
from services.incentives.stars.timers import Due
from services.incentives.state import KEPT_WINDOWS
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event
from services.kit.projection.definition import Connection
from services.kit.runtime import clock


async def load_tenant(
    db: Connection, tenant: Tenant, community: Known, events: list[Event]
) -> None:
    """Posts, members, and what reversals among the events may reverse."""
    names, members, reversals = touched(events)
    await store.load_contents(db, tenant, names)
    for name, earliest in names.items():
        author = tenant.contents[name].author
        if author is not None:
            members[author] = min(members.get(author, earliest), earliest)
    if reversals:
        about = {subject for event in reversals for subject in subjects(event, tenant)}
        await store.load_causes(db, tenant, about)
        originals = [o for found in tenant.causes.values() for o in found]
        members.update((o.member, o.at) for o in originals if o.member not in members)
    for holder in await rewards.load(db, tenant, events):
        members.setdefault(holder, events[0].time)
    await store.load_chains(db, tenant, members)
    await load_late(db, tenant, community, members)
    decided = [event.data.get("entry") for event in events if event.type == DECIDED]
    if entries := [name for name in decided if isinstance(name, str)]:
        await store.load_holders(db, tenant, entries)
        await load_held(db, tenant, community, sorted(set(tenant.holders.values())))
    if reversals:
        await load_cut(db, tenant, community)
    await load_late(db, tenant, community, await orders.load(db, tenant, events))


async def load_held(
    db: Connection, tenant: Tenant, community: Known, tokens: Iterable[int]
) -> None:
    """Members of whom something is held, with the caps' windows of when that was earned."""
    await store.load_members(db, tenant, tokens)
    earned = {token: held_since(tenant.members[token]) for token in tokens}
    earliest = {token: at for token, at in earned.items() if at is not None}
    await load_late(db, tenant, community, earliest)


async def load_late(
    db: Connection, tenant: Tenant, community: Known, members: dict[int, int]
) -> None:
    """Windows of caps that are so old that they were let go of."""
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
