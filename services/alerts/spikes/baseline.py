"""What is usual at this hour of the week: a smoothed profile times a level that adapts. Pure.

The profile remembers about eight weeks: entering an hour, what its slot holds fades by an
eighth. A slot is smoothed with its neighbours and with the same hour on other days, and shrunk
towards the mean of all. Everything has a closed form for stretches without events, so that quiet
months cost nothing.
"""

from msgspec import Struct, field

from services.alerts.spikes.level import Level
from services.alerts.spikes.negative_binomial import FLOOR

SLOTS = 168
MEMORY = 7 / 8
NEIGHBOURS = ((-2, 1.0), (-1, 2.0), (0, 3.0), (1, 2.0), (2, 1.0))
OTHER_DAY = 0.5
SHRINK = 120.0
"""Minutes of the overall mean that a slot is mixed with."""
DISPERSION = (2.0, 4.0)
"""What k is taken for before anything is known, and how many squared means that is worth."""
LOOSEST, TIGHTEST = 0.2, 50.0
"""Between these k is believed."""


class Baseline(Struct):
    """Mutable; `copy()` before changing what a fold might have to take back."""

    counts: list[float]
    minutes: list[float]
    level: Level = field(default_factory=Level.empty)
    overall: float = FLOOR
    """The mean a minute of all slots, as of the beginning of the hour."""
    squares: float = 0.0
    excess: float = 0.0

    @classmethod
    def empty(cls) -> "Baseline":
        """Before the first minute."""
        return cls([0.0] * SLOTS, [0.0] * SLOTS)

    def copy(self) -> "Baseline":
        """An independent copy."""
        return Baseline(
            self.counts.copy(), self.minutes.copy(), self.level.copy(), self.overall, self.squares,
            self.excess,
        )  # fmt: skip

    def enter(self, slot: int) -> None:
        """An hour begins: fade what its slot holds."""
        self.counts[slot] *= MEMORY
        self.minutes[slot] *= MEMORY
        self.overall = (sum(self.counts) + FLOOR * SHRINK) / (self.age() + SHRINK)

    def fade(self, weeks: int) -> None:
        """Whole weeks with nothing in them go by."""
        for slot in range(SLOTS):
            self.counts[slot] *= MEMORY**weeks
            self.minutes[slot] *= MEMORY**weeks
            self.minutes[slot] += 60 * (1 - MEMORY**weeks) / (1 - MEMORY)
        self.level = Level.empty()

    def profile(self, slot: int) -> float:
        """The smoothed mean a minute in a slot, before the level."""
        counts, spent = self.counts, self.minutes
        count, minutes = self.overall * SHRINK, SHRINK
        for step, weight in NEIGHBOURS:
            other = (slot + step) % SLOTS
            count += weight * counts[other]
            minutes += weight * spent[other]
        for day in range(24, SLOTS, 24):
            other = (slot + day) % SLOTS
            count += OTHER_DAY * counts[other]
            minutes += OTHER_DAY * spent[other]
        return max(count / minutes, FLOOR / 4)

    def dispersion(self) -> float:
        """k by moments: squared means over what the variance exceeds the mean by."""
        prior, weight = DISPERSION
        over = self.excess + weight / prior
        if over <= 0:
            return TIGHTEST
        return min(TIGHTEST, max(LOOSEST, (self.squares + weight) / over))

    def learn_empty(self, slot: int, n: int, mean: float, profile: float) -> None:
        """`n` minutes of one hour with nothing in them, where `mean` was expected."""
        self.level.learn_empty(n, profile)
        self.minutes[slot] += n
        self._spread(n * mean * mean, n * mean * mean)

    def learn(self, slot: int, count: int, mean: float, profile: float) -> None:
        """One minute with `count` in it."""
        self.level.learn(count, profile)
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
