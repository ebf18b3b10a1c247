"""When a day's visits happen."""

from random import Random

from services.kit.runtime import clock

HOURS = (2, 1, 1, 0, 0, 1, 4, 9, 10, 8, 7, 7, 11, 8, 6, 6, 6, 7, 8, 11, 15, 15, 10, 5)
"""Weight of each local hour: tea before work, at noon, and long evenings."""
OFFICE = (0, 0, 0, 0, 0, 0, 0, 0, 3, 8, 8, 6, 4, 5, 8, 8, 7, 6, 4, 3, 2, 0, 0, 0)
WEEK = (1.0, 0.95, 0.95, 1.0, 1.1, 1.3, 1.25)
"""Factor of each day of the week, Monday first."""


def times_of_day(rng: Random, count: int, hours: tuple[int, ...] = HOURS) -> list[int]:
    """Microseconds since local midnight, in order."""
    chosen = rng.choices(range(24), hours, k=count)
    return sorted(hour * clock.HOUR + rng.randrange(clock.HOUR) for hour in chosen)


def often(rng: Random, mean: float) -> int:
    """A count around a mean, as of independent happenings (Poisson, by Knuth's product)."""
    limit, product, count = 2.718281828459045**-mean, rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count
