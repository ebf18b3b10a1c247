"""One watched stream of events: closed minutes in a CUSUM, open minutes judged as they fill. Pure.

Minutes are whole minutes since 1970 UTC. `advance` closes minutes (they are never touched
again), `add` counts an event, `look` judges with the open minutes included. Only events move
it: nothing happens to it between two of them that `advance` cannot do in closed form later.
"""

from collections.abc import Callable

from msgspec import Struct, field

from services.alerts.spikes.baseline import Baseline
from services.alerts.spikes.level import QUARTER
from services.alerts.spikes.quarter import Quarter, reckoned
from services.alerts.spikes.tail import Tail

WEEK = 7 * 24 * 60
RECENT = 30
"""Minutes over which events and people are counted for volume and clearing."""
SHORT = 10
"""Minutes over which the absolute count of small communities is taken."""
KEPT = 400

SlotOf = Callable[[int], int]
"""The hour of the local week (0 to 167) that a minute falls in."""


class Watch(Struct):
    """Memory of one watched stream."""

    closed: int
    """The last minute folded into `sum`."""
    baseline: Baseline
    tail: Tail = field(default_factory=Tail)
    quarter: Quarter = field(default_factory=Quarter)
    """The one that `closed` is in."""
    sum: float = 0.0
    onset: int = 0
    """The minute in which `sum` last left zero."""
    peak: float = 0.0
    """How far `sum` has passed the daily height since then."""
    hour: int = -1
    """The hour (of UTC) that was last entered."""
    counts: dict[int, int] = field(default_factory=dict)
    """Events by minute: of the open ones, and of the last 30 that are closed."""
    recent: list[tuple[int, int | None, int]] = field(default_factory=list)
    """(minute, member, space) of the last events, ascending by arrival, at most `KEPT`."""

    @classmethod
    def starting(cls, minute: int) -> "Watch":
        """A watch that knows nothing before `minute`."""
        return cls(minute - 1, Baseline.empty())

    def copy(self) -> "Watch":
        """An independent copy."""
        return Watch(
            self.closed, self.baseline.copy(), self.tail.copy(), self.quarter.copy(), self.sum,
            self.onset, self.peak, self.hour, self.counts.copy(), self.recent.copy(),
        )  # fmt: skip

    def add(self, minute: int, member: int | None, space: int) -> None:
        """Count an event. One of a closed minute is only among the recent ones."""
        self.counts[minute] = self.counts.get(minute, 0) + 1
        self.recent.append((minute, member, space))
        del self.recent[:-KEPT]

    def advance(self, to: int, slot_of: SlotOf, learning: bool) -> None:
        """Close the minutes up to and including `to`."""
        if to - self.closed > 2 * WEEK and max(self.counts, default=0) <= self.closed:
            self._skip_weeks((to - self.closed) // WEEK - 1)
        while self.closed < to:
            start = self.closed + 1
            number = start // QUARTER
            if number != self.quarter.number:
                self._turn(start, slot_of(start))
            end = min(to, number * QUARTER + QUARTER - 1)
            self._stretch(start, end, learning)
            self.closed = end
        if self.recent and self.recent[0][0] <= to - RECENT:
            self.recent = [item for item in self.recent if item[0] > to - RECENT]
        if len(self.counts) > RECENT:
            self.counts = {m: n for m, n in self.counts.items() if m > to - RECENT}

    def _skip_weeks(self, weeks: int) -> None:
        """Whole weeks with nothing in them, in closed form."""
        self._end_excursion()
        self.baseline.fade(weeks)
        self.tail.wait(weeks * WEEK)
        self.closed += weeks * WEEK

    def _turn(self, start: int, slot: int) -> None:
        """A quarter of an hour begins; the one before has shown which guess was good."""
        base, past = self.baseline, self.quarter
        if past.guessed:
            base.level.score(past.count, past.guessed, QUARTER * past.k)
        if start // 60 != self.hour:
            self.hour = start // 60
            base.enter(slot)
        self.quarter = reckoned(start, slot, base, self.tail)

    def _stretch(self, start: int, end: int, learning: bool) -> None:
        """Minutes of one quarter: what is expected stands still within it."""
        now, at = self.quarter, start
        if learning:
            self.tail.wait(end + 1 - start)
        else:
            now.guessed = []
        for minute in sorted([m for m in self.counts if start <= m <= end]):
            self._empty(minute - at, learning)
            self._count(minute, self.counts[minute], learning)
            at = minute + 1
        self._empty(end + 1 - at, learning)

    def _empty(self, n: int, learning: bool) -> None:
        if n > 0:
            now = self.quarter
            self.sum -= n * now.drain
            if self.sum <= 0:
                self._end_excursion()
            if learning:
                self.baseline.learn_empty(now.slot, n, now.mean, now.profile)

    def _count(self, minute: int, count: int, learning: bool) -> None:
        now = self.quarter
        was, self.sum = self.sum, now.after(self.sum, count)
        if self.sum <= 0:
            self._end_excursion()
        elif was <= 0:
            self.onset = minute
        self.peak = max(self.peak, self.sum - now.daily)
        if learning:
            now.count += count
            self.baseline.learn(now.slot, count, now.mean, now.profile)

    def _end_excursion(self) -> None:
        if self.peak > 0:
            self.tail.add(self.peak, self.quarter.room)
        self.sum, self.onset, self.peak = 0.0, 0, 0.0

    def settle(self) -> None:
        """An episode is over: what follows is judged from nothing."""
        self._end_excursion()

    def expected(self, minute: int, slot_of: SlotOf) -> Quarter:
        """What is expected in a minute that is closed or open."""
        if minute // QUARTER == self.quarter.number:
            return self.quarter
        return reckoned(minute, slot_of(minute), self.baseline, self.tail)

    def risen(self, slot_of: SlotOf) -> tuple[int, Quarter, float, int]:
        """The latest minute, what is expected in it, the sum with the open minutes as full as
        they are, and its onset."""
        closed = self.closed
        filling = sorted([m for m in self.counts if m > closed])
        latest = filling[-1] if filling else closed
        now = self.expected(latest, slot_of)
        total, onset, at = self.sum, self.onset, closed + 1
        for minute in filling:
            total = max(0.0, total - (minute - at) * now.drain)
            if total <= 0:
                onset = minute
            total = max(0.0, now.after(total, self.counts[minute]))
            at = minute + 1
        return latest, now, total, onset if total > 0 else latest

    def look(self, slot_of: SlotOf) -> "Sight":
        """What is seen with the open minutes as full as they are."""
        latest, now, total, onset = self.risen(slot_of)
        recent = [item for item in self.recent if item[0] > latest - RECENT]
        counted = [(m, n) for m, n in self.counts.items() if m > latest - RECENT]
        short = [(m, n) for m, n in counted if m > latest - SHORT]
        return Sight(
            total=total,
            onset=onset,
            mean=now.mean,
            daily=now.daily,
            tail=self.tail,
            recent=sum([n for _, n in counted]),
            short=sum([n for _, n in short]),
            short_onset=min([m for m, _ in short], default=latest),
            people=tuple(sorted({item[1] for item in recent if item[1] is not None})),
            spaces=tuple(sorted({item[2] for item in recent})),
            known=self.baseline.age(),
        )

    def settled(self, slot_of: SlotOf, clears_under: float) -> tuple[bool, int, float]:
        """Whether it is calm again, the count of 30 closed minutes, and what is usual.

        Open minutes can only speak against it: a burst that has just begun stands in them.
        """
        usual = RECENT * self.expected(self.closed, slot_of).mean
        bound = max(1.0, clears_under * usual)
        counted = [(m, n) for m, n in self.counts.items() if m > self.closed - RECENT]
        closed = sum(n for m, n in counted if m <= self.closed)
        return sum(n for _, n in counted) <= bound, closed, usual


class Sight(Struct, frozen=True):
    """What is seen at a moment. Counts are of the last 30 (`recent`) and 10 (`short`) minutes."""

    total: float
    onset: int
    mean: float
    daily: float
    """What independent minutes would rise over once a day."""
    tail: Tail
    """How far beyond it this community rises for no reason."""
    recent: int
    short: int
    short_onset: int
    people: tuple[int, ...]
    spaces: tuple[int, ...]
    known: float
    """Minutes of history the baseline stands on."""
