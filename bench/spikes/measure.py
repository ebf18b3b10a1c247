"""Alarms a year, and how soon a spike is found: all detectors beside each other on one stream."""

import random
from copy import deepcopy
from dataclasses import dataclass
from itertools import islice
from math import sqrt

from bench.spikes.detectors import Detector, Fixed, Hearth, ThreeSigma
from bench.spikes.streams import DAY, PLAIN, STREAMS, WEEK, K, drawn

YEAR = 365 * DAY
LEARNING = 8 * WEEK
BETWEEN = 1_997
"""Minutes between two trials; not a round number, so that they fall on all hours of the week."""
SPIKE, LASTS = 5, 30
TUNED = 2.0
"""Years."""
A_DOZEN = 12


@dataclass(frozen=True)
class Found:
    """Of one detector: false alarms a year, those of the highest priority, all of the first eight
    weeks (a count), and the share of spikes found within 15 and within 30 minutes."""

    alarms: float
    certain: float
    learning: int
    soon: float
    later: float


def measured(stream: str, rate: float, years: float, fixed: int, seed: int) -> dict[str, Found]:
    """All detectors on one stream, for eight weeks and then some years; `fixed` is a bound."""
    tallies = [
        _Tally("hearth", Hearth(seed)),
        _Tally("fixed", Fixed(fixed)),
        _Tally("sigma", ThreeSigma()),
    ]
    rng, spikes = random.Random(f"{seed}/{stream}/{rate}"), random.Random(f"{seed}/{rate}/spikes")
    minutes = islice(STREAMS[stream](rate, rng), LEARNING + int(years * YEAR))
    for minute, (count, mean) in enumerate(minutes):
        if minute > LEARNING and minute % BETWEEN == 0 and mean > 0:
            spike = [drawn(SPIKE * mean, K, spikes) for _ in range(LASTS)]
            for tally in tallies:
                tally.trial(minute, spike)
        for tally in tallies:
            tally.minute(minute, count)
    return {tally.name: tally.found(years) for tally in tallies}


class _Tally:
    """What one detector has found so far."""

    def __init__(self, name: str, watching: Detector) -> None:
        self.name, self.watching = name, watching
        self.alarms = self.certain = self.learning = self.trials = self.soon = self.later = 0
        self._counted = False

    def minute(self, minute: int, count: int) -> None:
        """Go on, and count an alarm that is raised, or becomes one of the highest priority."""
        if minute == LEARNING:
            self.learning, self.alarms, self.certain = self.alarms, 0, 0
        watching = self.watching
        if not count and not watching.open:
            return
        was_open = watching.open
        watching.minute(minute, count)
        if watching.open and not was_open:
            self.alarms += 1
            self._counted = False
        if watching.open and watching.certain and not self._counted:
            self.certain += 1
            self._counted = True

    def trial(self, minute: int, spike: list[int]) -> None:
        """Whether, and when, a copy finds a spike. While an alarm stands nothing is asked."""
        if self.watching.open:
            return
        self.trials += 1
        watching = deepcopy(self.watching)
        for passed, count in enumerate(spike):
            watching.minute(minute + passed, count)
            if watching.open:
                self.soon += passed < LASTS // 2
                self.later += 1
                return

    def found(self, years: float) -> Found:
        """The figures."""
        trials = max(1, self.trials)
        return Found(
            self.alarms / years, self.certain / years, self.learning, self.soon / trials,
            self.later / trials,
        )  # fmt: skip


def tuned(rate: float, seed: int) -> int:
    """The smallest count in a quarter of an hour that alarms no more than a dozen times a year, if
    minutes are independent: what somebody would choose who knew."""
    minutes = STREAMS[PLAIN](rate, random.Random(f"{seed}/{rate}/tuning"))
    filled = [(at, n) for at, (n, _) in enumerate(islice(minutes, int(TUNED * YEAR))) if n]
    usual = rate / 4
    bound = int(usual + 8 * sqrt(usual + usual * usual / 15 / K)) + 3
    while bound > 2 and _rises(filled, bound - 1) <= A_DOZEN * TUNED:
        bound -= 1
    return bound


def _rises(filled: list[tuple[int, int]], bound: int) -> int:
    watching, rises = Fixed(bound), 0
    for minute, count in filled:
        was = watching.open
        watching.minute(minute, 0)
        watching.minute(minute, count)
        rises += watching.open and not was
    return rises
