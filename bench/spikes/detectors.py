"""What watches a stream: Hearth's own detector, and two that anybody would try first."""

import random
from collections import deque
from math import sqrt
from typing import Protocol

from services.alerts.judging.minutes import STUCK
from services.alerts.rules.complaint_spike import ComplaintSpike
from services.alerts.rules.states import OPEN, Finding, State, follow
from services.alerts.spikes.baseline import SLOTS
from services.alerts.spikes.judge import WARM_UP, judge, judge_clearing
from services.alerts.spikes.watch import SHORT, Watch
from services.kit.runtime.clock import MINUTE

LATE = 3
"""Minutes by which closed ones are behind: the allowed lateness, and the one that fills."""
PEOPLE = 5_000
CALM = 15


class Detector(Protocol):
    """Is told of one minute after the other. Copied for a trial that leaves no trace."""

    @property
    def open(self) -> bool:
        """Whether an alarm stands."""

    @property
    def certain(self) -> bool:
        """Whether it is, or the last one was, of the highest priority."""

    def minute(self, minute: int, count: int) -> None: ...


def slot_of(minute: int) -> int:
    """Minute 0 begins a week."""
    return minute // 60 % SLOTS


class Hearth:
    """The watch, the judgement and the table of states, driven as the fold drives them."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.parameters = ComplaintSpike()
        self.watch = Watch.starting(0)
        self.state = State.INACTIVE
        self.certain = False
        self._since = 0
        self._clear_since: int | None = None

    @property
    def open(self) -> bool:
        """Whether the rule's incident is open."""
        return self.state in OPEN

    def __deepcopy__(self, _: object) -> "Hearth":
        made = Hearth(self.watch.closed)
        made.watch, made.state, made.certain = self.watch.copy(), self.state, self.certain
        made._since, made._clear_since = self._since, self._clear_since
        return made

    def minute(self, minute: int, count: int) -> None:
        """Only minutes with complaints, and all of those while an alarm stands, do anything."""
        if not count and not self.open:
            return
        frozen = (
            self.open
            and self.watch.baseline.age() >= WARM_UP
            and (minute - self._since) * MINUTE < STUCK
        )
        self.watch.advance(max(minute - LATE, self.watch.closed), slot_of, learning=not frozen)
        if self.open:
            verdict = judge_clearing(self.watch, slot_of, self.parameters)
            self._follow(verdict.finding, minute)
            if not self.open:
                self.watch.settle()
        if count:
            for _ in range(count):
                self.watch.add(minute, self.rng.randrange(PEOPLE), 0)
            if self.open or self._worth_a_look(minute):
                self._judge(minute)

    def _worth_a_look(self, minute: int) -> bool:
        """Most minutes are not: neither the sum nor the count is where the rule could fire."""
        _, now, total, _ = self.watch.risen(slot_of)
        counts = self.watch.counts.items()
        return total > now.daily or sum([n for m, n in counts if m > minute - SHORT]) >= (
            self.parameters.absolute
        )

    def _judge(self, minute: int) -> None:
        verdict = judge(self.watch.look(slot_of), self.parameters)
        met = verdict.finding is Finding.MET
        if met or not self.open:
            self._follow(verdict.finding, minute)
        self.certain |= met and bool(verdict.evidence["certain"])

    def _follow(self, finding: Finding, minute: int) -> None:
        since = minute if self._clear_since is None else self._clear_since
        edge = follow(self.state, finding, (minute - since) * MINUTE, self.parameters.hold())
        self._clear_since = since if finding is Finding.CLEAR else None
        if edge is not None:
            if edge.to is State.FIRING and not self.open:
                self.certain = False
            self.state, self._since = edge.to, minute


class _Windowed:
    """Counts of the last minutes against a bound; an alarm stands until a quarter was calm."""

    def __init__(self, minutes: int, bound: float) -> None:
        self.open = self.certain = False
        self.bound = bound
        self._minutes = minutes
        self._window: deque[tuple[int, int]] = deque()
        self._sum = self._over = 0

    def minute(self, minute: int, count: int) -> None:
        """Only minutes with complaints, and those while an alarm stands, do anything."""
        if count:
            window = self._window
            window.append((minute, count))
            self._sum += count
            while window[0][0] <= minute - self._minutes:
                self._sum -= window.popleft()[1]
            if self._sum >= self.bound:
                self.open, self._over = True, minute
        if self.open and minute - self._over >= CALM:
            self.open = False


class Fixed(_Windowed):
    """So many within a quarter of an hour."""

    def __init__(self, bound: float) -> None:
        super().__init__(15, bound)


class ThreeSigma(_Windowed):
    """Five at least within an hour, and three standard deviations over the mean hour of a week."""

    def __init__(self) -> None:
        super().__init__(60, float("inf"))
        self._hours: deque[int] = deque(maxlen=168)
        self._hour = self._filled = 0

    def minute(self, minute: int, count: int) -> None:
        """Count it; where an hour has ended, reckon anew."""
        if count or self.open:
            while minute // 60 > self._hour:
                self._hours.append(self._filled)
                self._hour, self._filled = self._hour + 1, 0
                self._reckon()
            self._filled += count
            super().minute(minute, count)

    def _reckon(self) -> None:
        n = len(self._hours)
        if n >= 24:
            mean = sum(self._hours) / n
            spread = sqrt(sum([(hour - mean) ** 2 for hour in self._hours]) / n)
            self.bound = max(5.0, mean + 3 * spread)
