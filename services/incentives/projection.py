"""What the worker is given: `PROJECTION`, and the fold of one partition."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

import services.kit.communities as kit_communities
from services.incentives import loading, store
from services.incentives.agenda import store as agenda
from services.incentives.agenda.coming import Coming, Due
from services.incentives.content.reach import LOOKING_BACK, REVERSALS
from services.incentives.engine import Engine, bound_at
from services.incentives.features import features
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
from services.incentives.policy.document import Incentives, compile_policy
from services.incentives.stars import store as stars
from services.incentives.stars.closing import Closing, close
from services.incentives.stars.periods import Period
from services.incentives.stars.timers import OF_COMMUNITY, Timers
from services.incentives.tenant import Tenant
from services.incentives.tiers import store as tiers
from services.incentives.tiers.closing import Closed, Closings
from services.kit.actions.event import TICK, Event
from services.kit.communities.slice import Communities
from services.kit.communities.timeline import Community
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
    """Memory is not what it should be: a fault of ours. Nothing is written."""


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
        self._days = Closings()
        self._opened = False
        self.next_due = NEVER
        self.facts: list[Fact] = self._engine.outcome.facts

    def needs_all_written(self, event: Event) -> bool:
        """Where a day or a period closes all before it is judged; a reversal that may refill what
        caps had cut looks at a whole day of entries. After what may change what is known of a
        community (it is met, its policy, its zone) there is always a cut."""
        key, type_ = event.key, event.type
        if type_ == TICK:
            settled = self._opened
        else:
            settled = key in self._tenants and type_ not in OF_COMMUNITY
        # Both are asked of every event: each foresees by what it was asked.
        period_closes = self._timers.cuts(event, self._tenants.get(key))
        if self._days.cuts(event.log_time, settled, self._judged) or period_closes:
            return True
        if type_ not in REVERSALS:
            return type_ in LOOKING_BACK
        if key not in self._tenants:
            return True
        return any(version.compiled.refills for version in self._communities[key].versions)

    def _judged(self) -> list[Community[Incentives]]:
        """The communities that have tiers, by one of their policies."""
        found = (self._communities[key] for key in self._tenants)
        return [each for each in found if any(v.compiled.tiers for v in each.versions)]

    # ---- loading

    async def load(self, db: Connection, events: Sequence[Event], log_time: int) -> None:
        """Communities, posts, members, and what reversals among the events may reverse."""
        if not self._opened:
            self._opened = True
            await self._open(db)
        await self._close_days(db, log_time)
        by_community: dict[int, list[Event]] = defaultdict(list)
        for event in events:
            by_community[event.key].append(event)
        await self._meet(db, by_community)
        self._matches = await keywords.read(self._texts, events, self._communities)
        for key, theirs in by_community.items():
            await loading.load_tenant(db, self._tenants[key], self._communities[key], theirs)
        for key in self._passing.due(log_time):
            zone = self._communities[key].zone_at(log_time)
            await store.load_due(db, self._tenants[key], clock.local_day(log_time, zone))
        waiting: dict[int, list[int]] = defaultdict(list)
        for _, key, token in await agenda.load(db, self._coming, self._partition, log_time):
            waiting[key].append(token)
        await self._meet(db, waiting)
        for key, tokens in waiting.items():
            await loading.load_held(db, self._tenants[key], self._communities[key], tokens)
        for at, key, period in self._timers.coming(log_time):
            due, known = (at, key, period), self._communities[key]
            closing = await loading.load_closing(db, self._tenants[key], known, due)
            self._closings[key, period] = closing
        self._last = events[-1].offset if events else self._last
        self._days.loaded()
        self._look_ahead()

    async def _open(self, db: Connection) -> None:
        for row in await db.fetch(store.Q.next_checks, self._partition):
            await self._meet(db, [row["community"]])
            self._expect(row["community"], row["day"])
        for key, period in await stars.load_open(db, self._partition):
            await self._meet(db, [key])
            self._timers.loaded(key, period, self._communities[key])
        closes = await tiers.load_days(db, self._partition)
        await self._meet(db, closes)
        for key, day in closes.items():
            self._days.expect(key, day, self._communities[key])

    async def _close_days(self, db: Connection, log_time: int) -> None:
        """Judge the communities whose days are over by the first record of a segment."""
        closings = self._days
        while closings.next_due <= log_time:
            at, key, day = closings.waiting.take()
            closings.changed.add(key)
            judging = bound_at(at, self._tenants[key], self._communities[key]).tiers
            if judging is None:
                continue
            changes, goes_on = await tiers.close(db, key, day, at, judging)
            closings.told.append(Closed(at, key, day, changes))
            if goes_on:
                closings.expect(key, day + 1, self._communities[key])

    async def _meet(self, db: Connection, keys: Iterable[int]) -> None:
        fresh = sorted(set(keys) - self._tenants.keys())
        if not fresh:
            return
        await self._communities.load_all(db, fresh)
        words = await store.load_words(db, fresh)
        for key in fresh:
            self._tenants[key] = Tenant(key, words[key])
        self._fresh += fresh

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
            self._days.expect_again(event.key, self._communities[event.key])
            self._look_ahead()
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
        if self._engine.outcome.counted:
            self._judge_next(log_time, tenant.key)

    def _judge_next(self, log_time: int, key: int) -> None:
        self._engine.outcome.counted.clear()
        if self._days.next_day(key) is None:
            community = self._communities[key]
            today = clock.local_day(log_time, community.zone_at(log_time))
            self._days.expect(key, today + 1, community)
            self._look_ahead()

    def _expect(self, key: int, day: int) -> None:
        zone = self._communities[key].zone_at(day * clock.DAY)
        self._passing.expect(key, day, clock.day_start(day, zone))
        self._look_ahead()

    def _look_ahead(self) -> None:
        days, own = self._days, min(self._passing.next_due, self._coming.next_due)
        self.next_due = min(own, self._timers.next_due, days.next_due, days.next_told)

    def fire(self, log_time: int, offset: int) -> None:
        """Do what log time alone brings, in due order: delays that end, days that begin.

        At the same instant what the close of a day has changed is told first, and delays go before
        days, so that a day sees what they brought. Before all of them periods close, by what the
        tables have.
        """
        if self._days.next_due <= log_time:
            raise BrokenFoldError("a day closes in the middle of a segment")
        self._close_periods(log_time, offset)
        numbers: Numbers = defaultdict(Counter)
        while self.next_due <= log_time:
            if self._days.next_told <= min(self._passing.next_due, self._coming.next_due):
                self._days.tell(self._engine.outcome)
            elif self._coming.next_due > self._passing.next_due:
                self._begin_day(offset, numbers)
            elif (due := self._coming.take(log_time)) is not None:
                self._end_delay(due, offset, numbers)
            self._look_ahead()

    def _close_periods(self, log_time: int, offset: int) -> None:
        for at, key, period in self._timers.coming(log_time):
            tenant, community = self._tenants[key], self._communities[key]
            day, closing = clock.local_day(at, community.zone_at(at)), (key, period)
            close(self._closings.pop(closing), tenant, self._engine.outcome, offset, day)
            self._timers.close(*closing)
            self._timers.look(tenant, community, log_time)
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
        await tiers.write(db, self._engine.outcome, self._days)
        self._look_ahead()
        for key in sorted(self._tenants):
            tenant = self._tenants[key]
            await store.write_tenant(db, tenant, ranked=self._ranked)
            tenant.end_segment()
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
