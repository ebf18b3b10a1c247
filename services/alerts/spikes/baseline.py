"""What is usual at this hour of the week: a smoothed profile times a level that adapts. Pure.

The profile remembers about eight weeks: entering an hour, what its slot holds fades by an
eighth. A slot is smoothed with its neighbours and with the same hour on other days, and shrunk
towards the mean of all. The level is observed over expected with a half-life of six hours, so
that growth and drift are followed within hours. Everything has a closed form for stretches
without events, so that quiet months cost nothing.
"""

from msgspec import Struct

from services.alerts.spikes.negative_binomial import FLOOR

SLOTS = 168
MEMORY = 7 / 8
NEIGHBOURS = ((-2, 1.0), (-1, 2.0), (0, 3.0), (1, 2.0), (2, 1.0))
OTHER_DAY = 0.5
SHRINK = 120.0
"""Minutes of the overall mean that a slot is mixed with."""
LEVEL_DECAY = 0.5 ** (1 / 360)
LEVEL_SHRINK = 8.0
"""Expected events at a level of one that the level is mixed with."""
DISPERSION = (2.0, 4.0)
"""What k is taken for before anything is known, and how many squared means that is worth."""


class Baseline(Struct):
    """Mutable; `copy()` before changing what a fold might have to take back."""

    counts: list[float]
    minutes: list[float]
    seen: float = 0.0
    expected: float = 0.0
    squares: float = 0.0
    excess: float = 0.0

    @classmethod
    def empty(cls) -> "Baseline":
        """Before the first minute."""
        return cls([0.0] * SLOTS, [0.0] * SLOTS)

    def copy(self) -> "Baseline":
        """An independent copy."""
        return Baseline(
            self.counts.copy(), self.minutes.copy(), self.seen, self.expected, self.squares,
            self.excess,
        )  # fmt: skip

    def enter(self, slot: int, weeks: int = 1) -> None:
        """An hour begins: fade what its slot holds."""
        self.counts[slot] *= MEMORY**weeks
        self.minutes[slot] *= MEMORY**weeks

    def profile(self, slot: int) -> float:
        """The smoothed mean a minute in a slot, before the level."""
        overall = (sum(self.counts) + FLOOR * SHRINK) / (sum(self.minutes) + SHRINK)
        count, minutes = overall * SHRINK, SHRINK
        for step, weight in NEIGHBOURS:
            other = (slot + step) % SLOTS
            count += weight * self.counts[other]
            minutes += weight * self.minutes[other]
        for day in range(24, SLOTS, 24):
            other = (slot + day) % SLOTS
            count += OTHER_DAY * self.counts[other]
            minutes += OTHER_DAY * self.minutes[other]
        return max(count / minutes, FLOOR / 4)

    def mean(self, slot: int) -> float:
        """What a minute in the slot is expected to hold now, at least the floor."""
        level = (self.seen + LEVEL_SHRINK) / (self.expected + LEVEL_SHRINK)
        return max(FLOOR, self.profile(slot) * level)

    def dispersion(self) -> float:
        """k by moments: squared means over what the variance exceeds the mean by."""
        prior, weight = DISPERSION
        over = self.excess + weight / prior
        return min(50.0, max(0.2, (self.squares + weight) / over)) if over > 0 else 50.0

    def learn_empty(self, slot: int, n: int, mean: float) -> None:
        """`n` minutes of one hour with nothing in them."""
        decay = LEVEL_DECAY**n
        self.seen *= decay
        profile = self.profile(slot)
        self.expected = self.expected * decay + profile * (1 - decay) / (1 - LEVEL_DECAY)
        self.minutes[slot] += n
        self._spread(n * mean * mean, n * mean * mean)

    def learn(self, slot: int, count: int, mean: float) -> None:
        """One minute with `count` in it."""
        profile = self.profile(slot)
        self.seen = self.seen * LEVEL_DECAY + count
        self.expected = self.expected * LEVEL_DECAY + profile
        self.counts[slot] += count
        self.minutes[slot] += 1
        self._spread(mean * mean, (count - mean) ** 2 - count)

    def _spread(self, squares: float, excess: float) -> None:
        self.squares += squares
        self.excess += excess
        if self.squares > 4_000.0:  # about as much as eight weeks of a busy community
            self.squares /= 2
            self.excess /= 2

    def age(self) -> float:
        """Minutes the profile stands on."""
        return sum(self.minutes)
