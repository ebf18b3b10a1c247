"""Local days, and the windows they are in."""

from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.kit.runtime import clock

NO_DAY = -(2**31)
"""Before all days."""
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


def span_of(windows: Windows, index: int, zone: ZoneInfo) -> tuple[int, int]:
    """Begin and end of a window as instants; of all time, the widest there are."""
    first = windows[index]
    if index == 0:
        following = first + 1
    elif index == 1:
        following = first + 7
    elif index == 2:
        following = clock.month_of(first + 31)
    else:
        return -(2**62), 2**62
    return clock.day_start(first, zone), clock.day_start(following, zone)
