"""Local days, and the windows they are in."""

from functools import lru_cache
from typing import NamedTuple

from services.kit.runtime import clock

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Windows(NamedTuple):
    """The windows a local day is in, each by its first day (days since 1970-01-01)."""

    day: int
    week: int
    month: int
    lifetime: int = 0


@lru_cache(maxsize=65536)
def windows_of(day: int) -> Windows:
    """The windows of a local day."""
    return Windows(day, clock.week_of(day), clock.month_of(day))
