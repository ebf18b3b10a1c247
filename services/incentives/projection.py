"""What the worker is given: `PROJECTION`, and the fold of one partition."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import services.kit.communities as kit_communities
from services.incentives import store
from services.incentives.agenda import store as agenda
from services.incentives.agenda.coming import Coming, Due
from services.incentives.content.reach import REVERSALS
from services.incentives.content.touching import subjects, touched
from services.incentives.engine import Engine, bound_at
from services.incentives.features import features
from services.incentives.guards.deciding import DECIDED
from services.incentives.keywords import loading as keywords
from services.incentives.keywords.telling import tell
from services.incentives.levels.passing import (
    FIRST_N,
    Began,
    Numbers,
    Passing,
    look,
    look_again,
)
from services.incentives.loading import load_closing, load_cut, load_held, load_late
from services.incentives.policy.document import Incentives, compile_policy
from services.incentives.rewards import store as rewards
from services.incentives.stars import store as stars
from services.incentives.stars.closing import Closing, close
from services.incentives.stars.periods import Period
from services.incentives.stars.timers import OF_COMMUNITY, Timers
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


class BrokenFoldError(Exception):
    """Applying an event raised after memory was changed: a fault of ours. Nothing is written."""


class IncentivesFold:
    """Implements `Fold`. Pure work is the engine's; here memory is filled and emptied.

    Without `ranked` it leaves the boards' index empty, for who asks about members alone.
    """

    def __init__(self, context: FoldContext, *, ranked: bool = True) -> None:
        self._partition, self._ranked = context.partition, ranked
        self._engine = Engine(context.silent)
        self._texts = None if context.silent else context.texts
        self._matches: keywords.Matches = {}
        self._communities: Communities[Incentives] = Communities(compile_policy)
        self._tenants: dict[int, Tenant] = {}
        self._fresh: list[int] = []
        self._passing = Passing()
        self._timers = Timers()
        self._closings: dict[tuple[int, Period], Closing] = {}
        self._last = -1
        """Position of the last event that was loaded."""
        self._coming = Coming()
        self._opened = False
        self.next_due = NEVER
        self.facts: list[Fact] = self._engine.outcome.facts

    def needs_all_written(self, event: Event) -> bool:
        """Where a reversal may refill what caps had cut, it looks at a whole day of entries; where
        a period closes, at its boards. What follows a policy always begins a segment."""
        tenant = self._tenants.get(event.key)
        if self._timers.cuts(event, tenant) or event.type == DECIDED:
            return True
        if event.type not in REVERSALS:
            return False
        versions = self._communities[event.key].versions if tenant is not None else ()
        return tenant is None or any(version.compiled.refills for version in versions)

    # ---- loading

    async def load(self, db: Connection, events: Sequence[Event], log_time: int) -> None:
        """Communities, posts, members, and what reversals among the events may reverse."""
        if not self._opened:
            self._opened = True
            for row in await db.fetch(store.Q.next_checks, self._partition):
                await self._meet(db, [row["community"]])
                self._expect(row["community"], row["day"])
            for key, period in await stars.load_open(db, self._partition):
                await self._meet(db, [key])
                self._timers.loaded(key, period, self._communities[key])
        by_community: dict[int, list[Event]] = defaultdict(list)
        for event in events:
            by_community[event.key].append(event)
        await self._meet(db, by_community)
        self._matches = await keywords.read(self._texts, events, self._communities)
        for key, theirs in by_community.items():
            await self._load_tenant(db, self._tenants[key], theirs)
        for key in self._passing.due(log_time):
            zone = self._communities[key].zone_at(log_time)
            await store.load_due(db, self._tenants[key], clock.local_day(log_time, zone))
        waiting: dict[int, list[int]] = defaultdict(list)
        for _, key, token in await agenda.load(db, self._coming, self._partition, log_time):
            waiting[key].append(token)
        await self._meet(db, waiting)
        for key, tokens in waiting.items():
            await load_held(db, self._tenants[key], self._communities[key], tokens)
        for at, key, period in self._timers.coming(log_time):
            due, known = (at, key, period), self._communities[key]
            self._closings[key, period] = await load_closing(db, self._tenants[key], known, due)
        self._last = events[-1].offset if events else self._last
        self._look_ahead()

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
        await store.load_members(db, tenant, members)
        community = self._communities[tenant.key]
        await load_late(db, tenant, community, members)
        decided = [event.data.get("entry") for event in events if event.type == DECIDED]
        if entries := [name for name in decided if isinstance(name, str)]:
            await store.load_holders(db, tenant, entries)
            await load_held(db, tenant, community, sorted(set(tenant.holders.values())))
        if reversals:
            await load_cut(db, tenant, community)

    # ---- folding

    def fold(self, event: Event) -> None:
        """Apply one event. What raises before anything is changed leaves no trace."""
        tenant, community = self._tenants[event.key], self._communities[event.key]
        if event.type in OF_COMMUNITY:
            self._communities.apply(event)
            tenant.seasoned = -NEVER
            self._timers.moved(event.key, self._communities[event.key])
            self._look_ahead()
            if event.key in self._passing.days:
                for day in self._passing.drop(event.key):
                    self._expect(event.key, day)
            return
        if event.log_time >= tenant.seasoned:
            self._timers.look(tenant, community, event.log_time)
        mark = len(tenant.words.names), len(tenant.bounds)
        try:
            self._engine.fold(event, tenant, community)
        except Exception:
            tenant.forget(mark)
            raise
        if found := self._matches.get(event.offset):
            tell(event, found, tenant, self._engine.outcome)
        if not community.started:
            self._communities.apply(event)
        if tenant.unopened:
            for period in self._timers.open(tenant, community):
                self._engine.outcome.rows["star_open"].append((tenant.key, *period))
            self._look_ahead()
        self._look_again(event.log_time, tenant)

    def _look_again(self, log_time: int, tenant: Tenant) -> None:
        if tenant.falling or tenant.expiring:
            community = self._communities[tenant.key]
            today = clock.local_day(log_time, community.zone_at(log_time))
            bound = bound_at(log_time, tenant, community)
            for day in sorted(look_again(tenant, bound, today)):
                self._expect(tenant.key, day)
        if self._engine.outcome.dues:
            self._coming.take_over(self._engine.outcome.dues)
            self._look_ahead()

    def _expect(self, key: int, day: int) -> None:
        zone = self._communities[key].zone_at(day * clock.DAY)
        self._passing.expect(key, day, clock.day_start(day, zone))
        self._look_ahead()

    def _look_ahead(self) -> None:
        self.next_due = min(self._passing.next_due, self._coming.next_due, self._timers.next_due)

    def fire(self, log_time: int, offset: int) -> None:
        """Do what log time alone brings, in due order: delays that end, days that begin.

        At the same instant delays go first, so that a day sees what they brought. Before all of
        them periods close, by what the tables have.
        """
        for at, key, period in self._timers.coming(log_time):
            tenant, community = self._tenants[key], self._communities[key]
            day, closing = clock.local_day(at, community.zone_at(at)), (key, period)
            close(self._closings.pop(closing), tenant, self._engine.outcome, offset, day)
            self._timers.close(*closing)
            self._timers.look(tenant, community, log_time)
        self._look_ahead()
        numbers: Numbers = defaultdict(Counter)
        while self.next_due <= log_time:
            if self._coming.next_due > self._passing.next_due:
                self._begin_day(offset, numbers)
            elif (due := self._coming.take(log_time)) is not None:
                self._end_delay(due, offset, numbers)
            self._look_ahead()

    def _begin_day(self, offset: int, numbers: Numbers) -> None:
        at, key, day = self._passing.take()
        tenant, community = self._tenants[key], self._communities[key]
        bound = bound_at(at, tenant, community)
        began = Began(day, at, offset, numbers[key], community.zone_at(at))
        for following in look(tenant, bound, began, self._engine.book, self._engine.outcome):
            self._expect(key, following)

    def _end_delay(self, due: Due, offset: int, numbers: Numbers) -> None:
        at, key, token = due
        tenant, community = self._tenants[key], self._communities[key]
        place = (offset, FIRST_N + numbers[key][token])
        following = self._engine.pass_time(tenant, community, (at, token), place)
        numbers[key][token] = following - FIRST_N
        self._look_again(at, tenant)

    # ---- writing

    async def write(self, db: Connection) -> None:
        """Write what changed; let go of what was not touched for long."""
        if self._engine.broken:
            raise BrokenFoldError("an event was applied by halves; see the error logged before")
        if self._fresh:
            await db.execute(store.Q.put_homes, self._fresh, self._partition)
            self._fresh = []
        await store.write_outcome(db, self._engine)
        await agenda.write(db, self._coming, self._partition)
        await stars.write(db, self._timers)
        self._timers.written(self._last)
        self._look_ahead()
        for key in sorted(self._tenants):
            tenant = self._tenants[key]
            await store.write_tenant(db, tenant, ranked=self._ranked)
            tenant.causes.clear()
            tenant.cut.clear()
            tenant.shelf.clear()
            tenant.holders.clear()
            tenant.age(MOST_MEMBERS, MOST_POSTS)
        await self._communities.write(db)


def opened(context: FoldContext) -> Fold:
    """The fold of a partition."""
    return IncentivesFold(context)


PROJECTION = Projection(
    name="incentives",
    version=2,
    oldest=1,
    tables=(
        Path(kit_communities.__path__[0]) / "schema.sql",
        Path(__file__).with_name("schema.sql"),
    ),
    added=(
        Path(__file__).with_name("boards") / "schema.sql",
        *(feature.tables for feature in features()),
    ),
    opened=opened,
    # Index structures; of the last two, which older generations have, nothing uses any more.
    uncompared=dict.fromkeys(("board", "branch", "leaf", "bucket", "standing"), frozenset({"*"})),
)
