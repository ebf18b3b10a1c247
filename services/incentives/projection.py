"""What the worker is given: `PROJECTION`, and the fold of one partition."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import services.kit.communities as kit_communities
from services.incentives import store
from services.incentives.calendar import windows_of
from services.incentives.content.reach import REVERSALS, UNDOES, doer_of, reach, subject_of
from services.incentives.engine import Engine, bound_at
from services.incentives.features import features
from services.incentives.levels.passing import Began, Passing, look
from services.incentives.points.lots import next_expiry
from services.incentives.points.rules import SIDES
from services.incentives.policy.document import Incentives, compile_policy
from services.incentives.rewards import store as rewards
from services.incentives.state import KEPT_WINDOWS, Member
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event
from services.kit.communities.slice import Communities
from services.kit.projection.definition import (
    NEVER,
    Connection,
    Fact,
    Fold,
    FoldContext,
    Projection,
)
from services.kit.runtime import clock

MOST_MEMBERS = 20_000
MOST_POSTS = 50_000
"""In the younger of the two generations of a community's memory."""

OF_COMMUNITY = frozenset({"policy.published", "community.changed"})
_OTHERS = tuple(side for side in SIDES if side not in ("doer", "author"))


class BrokenFoldError(Exception):
    """Applying an event raised after memory was changed: a fault of ours. Nothing is written."""


class IncentivesFold:
    """Implements `Fold`. Pure work is the engine's; here memory is filled and emptied.

    Without `ranked` it leaves the boards' index empty, for who asks about members alone.
    """

    def __init__(self, context: FoldContext, *, ranked: bool = True) -> None:
        self._partition, self._ranked = context.partition, ranked
        self._engine = Engine(context.silent)
        self._communities: Communities[Incentives] = Communities(compile_policy)
        self._tenants: dict[int, Tenant] = {}
        self._fresh: list[int] = []
        self._changing: set[int] = set()
        self._passing = Passing()
        self._opened = False
        self.next_due = NEVER
        self.facts: list[Fact] = self._engine.outcome.facts

    def needs_all_written(self, event: Event) -> bool:
        """Where a reversal may refill what caps had cut, it looks at a whole day of entries."""
        if event.type == "policy.published":
            self._changing.add(event.key)
        if event.type not in REVERSALS:
            return False
        if event.key not in self._tenants or event.key in self._changing:
            return True
        return any(version.compiled.refills for version in self._communities[event.key].versions)

    # ---- loading

    async def load(self, db: Connection, events: Sequence[Event], log_time: int) -> None:
        """Communities, posts, members, and what reversals among the events may reverse."""
        if not self._opened:
            self._opened = True
            for row in await db.fetch(store.Q.next_checks, self._partition):
                await self._meet(db, [row["community"]])
                self._expect(row["community"], row["day"])
        by_community: dict[int, list[Event]] = defaultdict(list)
        for event in events:
            by_community[event.key].append(event)
        await self._meet(db, by_community)
        for key, theirs in by_community.items():
            await self._load_tenant(db, self._tenants[key], theirs)
        for key in self._passing.due(log_time):
            zone = self._communities[key].zone_at(log_time)
            await store.load_due(db, self._tenants[key], clock.local_day(log_time, zone))

    async def _meet(self, db: Connection, keys: Iterable[int]) -> None:
        fresh = sorted(set(keys) - self._tenants.keys())
        if not fresh:
            return
        await self._communities.load_all(db, fresh)
        words = await store.load_words(db, fresh)
        for key in fresh:
            self._tenants[key] = Tenant(key, words[key])
        self._fresh += fresh

    async def _load_tenant(self, db: Connection, tenant: Tenant, events: list[Event]) -> None:
        names, members, reversals = _touched(events)
        await store.load_contents(db, tenant, names)
        for name, earliest in names.items():
            author = tenant.contents[name].author
            if author is not None:
                members[author] = min(members.get(author, earliest), earliest)
        if reversals:
            subjects = {subject for event in reversals for subject in _subjects(event, tenant)}
            await store.load_causes(db, tenant, subjects)
            originals = [o for found in tenant.causes.values() for o in found]
            members.update((o.member, o.at) for o in originals if o.member not in members)
        for holder in await rewards.load(db, tenant, events):
            members.setdefault(holder, events[0].time)
        await store.load_members(db, tenant, members)
        await self._load_late(db, tenant, members)
        if reversals:
            await self._load_cut(db, tenant)

    async def _load_late(self, db: Connection, tenant: Tenant, members: dict[int, int]) -> None:
        """Windows of caps that are so old that they were let go of."""
        community, late = self._communities[tenant.key], []
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

    async def _load_cut(self, db: Connection, tenant: Tenant) -> None:
        """Of each member and day that a reversal may make room in: what caps had cut."""
        community, wanted = self._communities[tenant.key], defaultdict(set)
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

    # ---- folding

    def fold(self, event: Event) -> None:
        """Apply one event. What raises before anything is changed leaves no trace."""
        tenant, community = self._tenants[event.key], self._communities[event.key]
        if event.type in OF_COMMUNITY:
            self._communities.apply(event)
            if event.key in self._passing.days:
                for day in self._passing.drop(event.key):
                    self._expect(event.key, day)
            return
        mark = len(tenant.words.names), len(tenant.bounds)
        try:
            self._engine.fold(event, tenant, community)
        except Exception:
            tenant.forget(mark)
            raise
        if not community.started:
            self._communities.apply(event)
        if tenant.falling or tenant.expiring:
            self._look_again(event, tenant)

    def _look_again(self, event: Event, tenant: Tenant) -> None:
        zone = self._communities[event.key].zone_at(event.log_time)
        tomorrow = clock.local_day(event.log_time, zone) + 1
        for member in tenant.falling:
            self._check(member, tomorrow, event.key, tenant)
        for member in tenant.expiring:
            expiry = next_expiry(member)
            if expiry is not None and (member.check is None or expiry < member.check):
                self._check(member, expiry, event.key, tenant)
        tenant.falling.clear()
        tenant.expiring.clear()

    def _check(self, member: Member, day: int, key: int, tenant: Tenant) -> None:
        member.check = day
        tenant.touch(member)
        self._expect(key, day)

    def _expect(self, key: int, day: int) -> None:
        zone = self._communities[key].zone_at(day * clock.DAY)
        self._passing.expect(key, day, clock.day_start(day, zone))
        self.next_due = self._passing.next_due

    def fire(self, log_time: int, offset: int) -> None:
        """Look at levels and points that time alone may have taken, day after day."""
        numbers: defaultdict[int, Counter[int]] = defaultdict(Counter)
        while self._passing.next_due <= log_time:
            at, key, day = self._passing.take()
            tenant = self._tenants[key]
            bound = bound_at(at, tenant, self._communities[key])
            began = Began(day, at, offset, numbers[key])
            for following in look(tenant, bound, began, self._engine.book, self._engine.outcome):
                self._expect(key, following)
        self.next_due = self._passing.next_due

    # ---- writing

    async def write(self, db: Connection) -> None:
        """Write what changed; let go of what was not touched for long."""
        if self._engine.broken:
            raise BrokenFoldError("an event was applied by halves; see the error logged before")
        if self._fresh:
            await db.execute(store.Q.put_homes, self._fresh, self._partition)
            self._fresh = []
        await store.write_outcome(db, self._engine)
        for key in sorted(self._tenants):
            tenant = self._tenants[key]
            await store.write_tenant(db, tenant, ranked=self._ranked)
            tenant.causes.clear()
            tenant.cut.clear()
            tenant.shelf.clear()
            tenant.age(MOST_MEMBERS, MOST_POSTS)
        await self._communities.write(db)
        self._changing.clear()


def _touched(events: list[Event]) -> tuple[dict[str, int], dict[int, int], list[Event]]:
    """Of events: the posts and members they name, with the earliest time, and the reversals."""
    names: dict[str, int] = {}
    members: dict[int, int] = {}
    reversals = []
    for event in events:
        reached, at = reach(event.type), event.time
        if reached is None:
            continue
        data = event.data
        doer = doer_of(event) if event.member is None else event.member
        if doer is not None and members.get(doer, NEVER) > at:
            members[doer] = at
        for token in (data.get(reached.author or ""), *_others(data)):
            if isinstance(token, int) and members.get(token, NEVER) > at:
                members[token] = at
        for name in (data.get(reached.own or ""), data.get(reached.target or "")):
            if isinstance(name, str) and names.get(name, NEVER) > at:
                names[name] = at
        if not reached.plain and event.type in REVERSALS:
            reversals.append(event)
    return names, members, reversals


def _others(data: dict[str, Any]) -> list[Any]:
    return [data[name] for name in _OTHERS if name in data]


def _subjects(event: Event, tenant: Tenant) -> Iterator[bytes]:
    reached = reach(event.type)
    if reached is not None and reached.target and event.type in (*UNDOES, *REVERSALS):
        name = event.data.get(reached.target)
        if isinstance(name, str):
            yield tenant.contents[name].subject
    if isinstance(order := event.data.get("order"), str):
        yield subject_of(order, "order")


def opened(context: FoldContext) -> Fold:
    """The fold of a partition."""
    return IncentivesFold(context)


PROJECTION = Projection(
    name="incentives",
    version=1,
    tables=(
        Path(kit_communities.__path__[0]) / "schema.sql",
        Path(__file__).with_name("schema.sql"),
    ),
    added=(
        Path(__file__).with_name("boards") / "schema.sql",
        *(feature.tables for feature in features()),
    ),
    opened=opened,
    uncompared={
        **dict.fromkeys(("board", "branch", "leaf"), frozenset({"*"})),
        # Tables of older generations, that nothing uses any more.
        **dict.fromkeys(("bucket", "standing"), frozenset({"*"})),
    },
)
