"""What is expected of a quarter of an hour, reckoned as it begins, and what it then held. Pure."""

from math import log

from msgspec import Struct, field

from services.alerts.spikes import negative_binomial
from services.alerts.spikes.baseline import Baseline
from services.alerts.spikes.level import QUARTER
from services.alerts.spikes.negative_binomial import A_DOZEN, FLOOR
from services.alerts.spikes.tail import YEAR_DAYS, Tail

CERTAIN = 2.0
CAP = 6.0
"""How far above the limit of two alarms a year the sum may climb."""
_DAILY = log(YEAR_DAYS / A_DOZEN)


class Quarter(Struct):
    """Mutable in `count` and `guessed` only."""

    number: int = -1
    """Quarters since 1970 UTC."""
    slot: int = 0
    profile: float = FLOOR
    mean: float = FLOOR
    """Events a minute, at the level of now."""
    k: float = 2.0
    drain: float = 0.0
    worth: float = 0.0
    """What a minute takes from the sum, and an event adds to it."""
    daily: float = 0.0
    """What independent minutes would rise over once a day."""
    room: float = 0.0
    """How far above that a dozen alarms a year begin, and where the sum is cut off."""
    top: float = 0.0
    guessed: list[float] = field(default_factory=list)
    """Events in it by each guess of the level; empty where it is not to be scored."""
    count: int = 0

    def copy(self) -> "Quarter":
        """An independent copy."""
        return Quarter(
            self.number, self.slot, self.profile, self.mean, self.k, self.drain, self.worth,
            self.daily, self.room, self.top, self.guessed, self.count,
        )  # fmt: skip

    def after(self, total: float, count: int) -> float:
        """The sum after a minute; zero or less where an excursion ends."""
        return min(self.top, total + count * self.worth - self.drain)


def reckoned(minute: int, slot: int, base: Baseline, tail: Tail) -> Quarter:
    """Of the quarter that a minute is in."""
    profile, k = base.profile(slot), base.dispersion()
    mean = max(FLOOR, profile * base.level.present())
    daily = negative_binomial.height(mean, k) - _DAILY
    guessed = [QUARTER * max(FLOOR, profile * guess) for guess in base.level.guesses()]
    return Quarter(
        minute // QUARTER, slot, profile, mean, k,
        negative_binomial.drain(mean, k), negative_binomial.worth(mean, k),
        daily, tail.room(A_DOZEN), daily + tail.room(CERTAIN) + CAP,
        guessed if minute % QUARTER == 0 else [],
    )  # fmt: skip
