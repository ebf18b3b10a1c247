"""What log time alone brings to the communities of a partition, and in which order.

Four kinds wait here: delays of single members (`agenda`), local days that begin and take something
(`levels.passing`), periods that close a board (`stars`), and local days that close over all members
(`tiers`). The last two look at the tables, so a segment has to begin where they are due.
"""

from collections import Counter, defaultdict

from services.incentives import loading, store
from services.incentives.agenda import store as agenda
from services.incentives.agenda.coming import Coming, Due
from services.incentives.engine import Engine, bound_at
from services.incentives.levels.passing import (
    FIRST_N,
    Began,
    Numbers,
    Passing,
    look,
    look_again,
)
from services.incentives.policy.document import Incentives
from services.incentives.remembering import Memory
from services.incentives.stars import store as stars
from services.incentives.stars.closing import Closing, close
from services.incentives.stars.periods import Period
from services.incentives.stars.timers import OF_COMMUNITY, Timers
from services.incentives.tenant import Tenant
from services.incentives.tiers import store as tiers
from services.incentives.tiers.closing import Closed, Closings
from services.kit.actions.event import TICK, Event
from services.kit.communities.timeline import Community
from services.kit.projection.definition import NEVER, Connection


class UnforeseenError(Exception):
    """A day closes in the middle of a segment: a fault of ours. Nothing is written."""


class Timetable:
    """Of one fold, whose engine and memory it shares."""

    def __init__(self, partition: int, memory: Memory, engine: Engine) -> None:
        self._partition, self._memory, self._engine = partition, memory, engine
        self._delays = Coming()
        self._passing = Passing()
        self._periods = Timers()
        self._closings: dict[tuple[int, Period], Closing] = {}
        self._days = Closings()
        self._opened = False
        self._last = -1
        """Position of the last event that was loaded."""
        self.next_due = NEVER

    def _look_ahead(self) -> None:
        days, own = self._days, min(self._passing.next_due, self._delays.next_due)
        self.next_due = min(own, self._periods.next_due, days.next_due, days.next_told)

    # ---- where segments begin

    def cuts(self, event: Event) -> bool:
        """Whether a day or a period may close before an event; asked of each, in order.

        After what may change what is known of a community (it is met, its policy, its zone) there
        is always a cut.
        """
        tenant = self._memory.tenants.get(event.key)
        if event.type == TICK:
            settled = self._opened
        else:
            settled = tenant is not None and event.type not in OF_COMMUNITY
        # Both are asked of every event: each foresees by what it was asked.
        closes = self._periods.cuts(event, tenant)
        return self._days.cuts(event.log_time, settled, self._judged) or closes

    def _judged(self) -> list[Community[Incentives]]:
        """The communities that have tiers, by one of their policies."""
        found = (self._memory.communities[key] for key in self._memory.tenants)
        return [each for each in found if any(v.compiled.tiers for v in each.versions)]

    # ---- loading

    async def open(self, db: Connection, log_time: int) -> None:
        """Before a segment is loaded: at first what waits; then the days that it closes."""
        if not self._opened:
            self._opened = True
            await self._first(db)
        days = self._days
        while days.next_due <= log_time:
            at, key, day = days.waiting.take()
            days.changed.add(key)
            judging = bound_at(at, *self._memory[key]).tiers
            if judging is None:
                continue
            changes, goes_on = await tiers.close(db, key, day, at, judging)
            days.told.append(Closed(at, key, day, changes))
            if goes_on:
                days.expect(key, day + 1, self._memory.communities[key])

    async def _first(self, db: Connection) -> None:
        checks = await db.fetch(store.Q.next_checks, self._partition)
        open_ = await stars.load_open(db, self._partition)
        closes = await tiers.load_days(db, self._partition)
        known = [row["community"] for row in checks] + [key for key, _ in open_]
        await self._memory.meet(db, [*known, *closes])
        for row in checks:
            self._expect(row["community"], row["day"])
        for key, period in open_:
            self._periods.loaded(key, period, self._memory.communities[key])
        for key, day in closes.items():
            self._days.expect(key, day, self._memory.communities[key])

    async def load(self, db: Connection, log_time: int, last: int | None) -> None:
        """The members that time is about by a log time; `last` is the segment's last position."""
        for key in self._passing.due(log_time):
            await store.load_due(db, self._memory.tenants[key], self._memory.day(key, log_time))
        waiting: dict[int, list[int]] = defaultdict(list)
        for _, key, token in await agenda.load(db, self._delays, self._partition, log_time):
            waiting[key].append(token)
        await self._memory.meet(db, waiting)
        for key, tokens in waiting.items():
            await loading.load_held(db, *self._memory[key], tokens)
        for at, key, period in self._periods.coming(log_time):
            closing = await loading.load_closing(db, *self._memory[key], (at, key, period))
            self._closings[key, period] = closing
        self._last = self._last if last is None else last
        self._days.loaded()
        self._look_ahead()

    # ---- what an event brings

    def moved(self, key: int) -> None:
        """A community's policy or zone has changed: days may begin at other times."""
        tenant, community = self._memory[key]
        tenant.seasoned = -NEVER
        self._periods.moved(key, community)
        for day in self._passing.drop(key) if key in self._passing.days else ():
            self._expect(key, day)
        self._days.expect_again(key, community)
        self._look_ahead()

    def season(self, log_time: int, tenant: Tenant) -> None:
        """Before an event of a community: learn which periods are open."""
        if log_time >= tenant.seasoned:
            self._periods.look(tenant, self._memory.communities[tenant.key], log_time)

    def note(self, log_time: int, tenant: Tenant) -> None:
        """After an event of a community: what it has made to wait."""
        if tenant.unopened:
            for period in self._periods.open(tenant, self._memory.communities[tenant.key]):
                self._engine.outcome.rows["star_open"].append((tenant.key, *period))
            self._look_ahead()
        self._look_again(log_time, tenant)

    def _look_again(self, log_time: int, tenant: Tenant) -> None:
        if tenant.falling or tenant.expiring:
            today = self._memory.day(tenant.key, log_time)
            bound = bound_at(log_time, *self._memory[tenant.key])
            for day in sorted(look_again(tenant, bound, today)):
                self._expect(tenant.key, day)
        if self._engine.outcome.dues:
            self._delays.take_over(self._engine.outcome.dues)
            self._look_ahead()
        if self._engine.outcome.counted:
            self._judge_next(log_time, tenant.key)

    def _judge_next(self, log_time: int, key: int) -> None:
        self._engine.outcome.counted.clear()
        if self._days.next_day(key) is None:
            tomorrow = self._memory.day(key, log_time) + 1
            self._days.expect(key, tomorrow, self._memory.communities[key])
            self._look_ahead()

    def _expect(self, key: int, day: int) -> None:
        self._passing.expect(key, day, self._memory.start(key, day))
        self._look_ahead()

    # ---- what is due

    def fire(self, log_time: int, offset: int) -> None:
        """Do what is due, in due order; `offset` is of the record that brought the log time.

        Before all else periods close, by what the tables have. At the same instant what the close
        of a day has changed is told first, and delays go before days, so that a day sees what they
        brought. Raises UnforeseenError.
        """
        if self._days.next_due <= log_time:
            raise UnforeseenError
        self._close_periods(log_time, offset)
        numbers: Numbers = defaultdict(Counter)
        while self.next_due <= log_time:
            if self._days.next_told <= min(self._passing.next_due, self._delays.next_due):
                self._days.tell(self._engine.outcome)
            elif self._delays.next_due > self._passing.next_due:
                self._begin_day(offset, numbers)
            elif (due := self._delays.take(log_time)) is not None:
                self._end_delay(due, offset, numbers)
            self._look_ahead()

    def _close_periods(self, log_time: int, offset: int) -> None:
        for at, key, period in self._periods.coming(log_time):
            tenant, community = self._memory[key]
            closing = self._closings.pop((key, period))
            close(closing, tenant, self._engine.outcome, offset, self._memory.day(key, at))
            self._periods.close(key, period)
            self._periods.look(tenant, community, log_time)
        self._look_ahead()

    def _begin_day(self, offset: int, numbers: Numbers) -> None:
        at, key, day = self._passing.take()
        tenant, community = self._memory[key]
        bound = bound_at(at, tenant, community)
        began = Began(day, at, offset, numbers[key], community.zone_at(at))
        for following in look(tenant, bound, began, self._engine.book, self._engine.outcome):
            self._expect(key, following)

    def _end_delay(self, due: Due, offset: int, numbers: Numbers) -> None:
        at, key, token = due
        tenant, community = self._memory[key]
        place = (offset, FIRST_N + numbers[key][token])
        following = self._engine.pass_time(tenant, community, (at, token), place)
        numbers[key][token] = following - FIRST_N
        self._look_again(at, tenant)

    # ---- writing

    async def write(self, db: Connection) -> None:
        """What waits, and what waits no more."""
        await agenda.write(db, self._delays, self._partition)
        await stars.write(db, self._periods)
        self._periods.written(self._last)
        await tiers.write(db, self._engine.outcome, self._days)
        self._look_ahead()
