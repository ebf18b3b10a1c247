"""How high the sum climbs in this community for no reason, and the limit that follows. Pure.

Of the sum's excursions those are kept in mind that pass a height which independent minutes pass
once a day: how many there were, and by how much they passed it. Where complaints come in clusters,
or the rate wanders, both are greater, and the limit lies higher: there a sum of nine says less. The
tail is taken for a generalised Pareto one (Pickands 1975),

    P(excess > x) = (1 + shape x / scale) ** (-1 / shape)

with the scale by maximum likelihood of the excesses. Independent minutes give a scale of 1 and a
shape of 0. A shape cannot be told from some hundred excursions; it is tied to the scale, by the
value at which simulated streams of several kinds keep to their alarms a year.

An excursion that raised an alarm counts as one that passed, and as no higher than the limit: a
crisis must not teach that crises are usual.
"""

from math import expm1, log

from msgspec import Struct

DAY = 1440
YEAR_DAYS = 365
MEMORY = 0.5 ** (1 / (56 * DAY))
"""By the minute: half of it is forgotten in eight weeks."""
PRIOR = 10.0
"""Excursions of a community of independent minutes, with which each begins."""
HEAVIEST = 0.25
"""The shape that is approached as the scale grows."""
NEAREST = 0.5
"""The least that a limit lies above the daily height, in scales."""


class Tail(Struct):
    """Mutable; sums fade with `MEMORY`."""

    passed: float = 0.0
    """Excursions over the daily height."""
    measured: float = 0.0
    """Those of them whose top is known."""
    excess: float = 0.0
    """By how much they passed it, all together."""
    minutes: float = 0.0

    def copy(self) -> "Tail":
        """An independent copy."""
        return Tail(self.passed, self.measured, self.excess, self.minutes)

    def wait(self, minutes: int) -> None:
        """Minutes go by."""
        kept = MEMORY**minutes
        self.passed *= kept
        self.measured *= kept
        self.excess *= kept
        self.minutes = self.minutes * kept + (1 - kept) / (1 - MEMORY)

    def add(self, excess: float, room: float) -> None:
        """An excursion is over that passed the daily height; above `room` it was an alarm."""
        self.passed += 1
        self.excess += min(excess, room)
        self.measured += excess < room

    def scale(self) -> float:
        """1 for independent minutes, more where they come in clusters."""
        return max(1.0, (self.excess + PRIOR) / (self.measured + PRIOR))

    def room(self, alarms_a_year: float) -> float:
        """How far above the daily height the limit lies for so many false alarms."""
        a_year = (self.passed + PRIOR) / (self.minutes + PRIOR * DAY) * YEAR_DAYS * DAY
        rarer = max(NEAREST, log(a_year / alarms_a_year))
        scale = self.scale()
        shape = HEAVIEST * (1 - 1 / scale)
        return scale * (expm1(shape * rarer) / shape if shape > 0 else rarer)
