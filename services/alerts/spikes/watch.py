"""One watched stream of events: closed minutes in a CUSUM, open minutes judged as they fill. Pure.

Minutes are whole minutes since 1970 UTC. `advance` closes minutes (they are never touched
again), `add` counts an event, `look` judges with the open minutes included. Only events move
it: nothing happens to it between two of them that `advance` cannot do in closed form later.
"""

from collections.abc import Callable

from msgspec import Struct, field

from services.alerts.spikes.baseline import SLOTS, Baseline
from services.alerts.spikes.negative_binomial import drain, gain, limit

QUARTER = 15
WEEK = 7 * 24 * 60
RECENT = 30
"""Minutes over which events and people are counted for volume and clearing."""
SHORT = 10
"""Minutes over which the absolute count of small communities is taken."""
KEPT = 400
CAP = 6.0
"""How far above the rarer limit the sum may climb."""

SlotOf = Callable[[int], int]
"""The hour of the local week (0 to 167) that a minute falls in."""


class Watch(Struct):
    """Memory of one watched stream."""

    closed: int
    """The last minute folded into `sum`."""
    baseline: Baseline
    sum: float = 0.0
    onset: int = 0
    """The minute in which `sum` last left zero."""
    hour: int = -1
    """The hour (of UTC) that was last entered."""
    open: dict[int, int] = field(default_factory=dict)
    recent: list[tuple[int, int | None, int]] = field(default_factory=list)
    """(minute, member, space) of the last events, ascending by arrival, at most `KEPT`."""

    @classmethod
    def starting(cls, minute: int) -> "Watch":
        """A watch that knows nothing before `minute`."""
        return cls(minute - 1, Baseline.empty())

    def copy(self) -> "Watch":
        """An independent copy."""
        return Watch(
            self.closed, self.baseline.copy(), self.sum, self.onset, self.hour,
            self.open.copy(), self.recent.copy(),
        )  # fmt: skip

    def add(self, minute: int, member: int | None, space: int) -> None:
        """Count an event. One of a closed minute only joins the recent ones."""
        if minute > self.closed:
            self.open[minute] = self.open.get(minute, 0) + 1
        self.recent.append((minute, member, space))
        del self.recent[:-KEPT]

    def advance(self, to: int, slot_of: SlotOf, learning: bool) -> None:
        """Close the minutes up to and including `to`."""
        if not self.open and to - self.closed > 2 * WEEK:
            self._skip_weeks((to - self.closed) // WEEK - 1)
        while self.closed < to:
            start = self.closed + 1
            end = min(to, start - start % QUARTER + QUARTER - 1)
            self._stretch(start, end, slot_of(start), learning)
            self.closed = end
        self.recent = [item for item in self.recent if item[0] > to - RECENT]

    def _skip_weeks(self, weeks: int) -> None:
        """Whole weeks with nothing in them, in closed form."""
        self.sum, self.onset = 0.0, 0
        for slot in range(SLOTS):
            self.baseline.enter(slot, weeks)
            self.baseline.minutes[slot] += 60 * (1 - (7 / 8) ** weeks) * 8
        self.baseline.seen = 0.0
        self.closed += weeks * WEEK

    def _stretch(self, start: int, end: int, slot: int, learning: bool) -> None:
        """Minutes of one quarter of an hour: the mean stands still within it."""
        base = self.baseline
        if start // 60 != self.hour:
            self.hour = start // 60
            base.enter(slot)
        mean, k = base.mean(slot), base.dispersion()
        at = start
        for minute in sorted(m for m in self.open if m <= end):
            self._empty(minute - at, slot, mean, k, learning)
            count = self.open.pop(minute)
            self._count(minute, count, mean, k)
            if learning:
                base.learn(slot, count, mean)
            at = minute + 1
        self._empty(end + 1 - at, slot, mean, k, learning)

    def _empty(self, n: int, slot: int, mean: float, k: float, learning: bool) -> None:
        if n > 0:
            self.sum = max(0.0, self.sum - n * drain(mean, k))
            if learning:
                self.baseline.learn_empty(slot, n, mean)

    def _count(self, minute: int, count: int, mean: float, k: float) -> None:
        self.sum, self.onset = stepped(self.sum, self.onset, minute, count, mean, k)

    def look(self, slot_of: SlotOf) -> "Sight":
        """The sum with the open minutes as full as they are, and what is recent."""
        latest = max(self.open, default=self.closed)
        mean, k = self.baseline.mean(slot_of(latest)), self.baseline.dispersion()
        total, onset, at = self.sum, self.onset, self.closed + 1
        for minute in sorted(self.open):
            total = max(0.0, total - (minute - at) * drain(mean, k))
            total, onset = stepped(total, onset, minute, self.open[minute], mean, k)
            at = minute + 1
        recent = [item for item in self.recent if item[0] > latest - RECENT]
        short = [item for item in recent if item[0] > latest - SHORT]
        return Sight(
            total=total,
            onset=onset if total > 0 else latest,
            mean=mean,
            recent=len(recent),
            short=len(short),
            short_onset=min((item[0] for item in short), default=latest),
            people=tuple(sorted({item[1] for item in recent if item[1] is not None})),
            spaces=tuple(sorted({item[2] for item in recent})),
            known=self.baseline.age(),
        )

    def settled(self, slot_of: SlotOf, clears_under: float) -> tuple[bool, int, float]:
        """Whether it is calm again, the count of 30 closed minutes, and what is usual.

        Open minutes can only speak against it: a burst that has just begun stands in them.
        """
        usual = RECENT * self.baseline.mean(slot_of(self.closed))
        bound = max(1.0, clears_under * usual)
        closed = sum(1 for item in self.recent if item[0] <= self.closed)
        return len(self.recent) <= bound, closed, usual


class Sight(Struct, frozen=True):
    """What is seen at a moment. Counts are of the last 30 (`recent`) and 10 (`short`) minutes."""

    total: float
    onset: int
    mean: float
    recent: int
    short: int
    short_onset: int
    people: tuple[int, ...]
    spaces: tuple[int, ...]
    known: float
    """Minutes of history the baseline stands on."""


def stepped(
    total: float, onset: int, minute: int, count: int, mean: float, k: float
) -> tuple[float, int]:
    """The sum and its onset after a minute with `count` events."""
    after = max(0.0, total + gain(count, mean, k))
    if total <= 0.0 < after:
        onset = minute
    return min(after, limit(mean, 2) + CAP), onset
