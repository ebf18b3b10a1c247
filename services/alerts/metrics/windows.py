"""Windows of event time in a community's time zone. Pure.

Windows of days are whole local days: `7d` ending with day d holds d-6 to d. A window is a span
and the buckets it holds, both ends included: epoch minutes for `minute` and `hour` (an hour's is
the minute it begins), local days for the rest.
"""

from collections.abc import Callable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.alerts.counting import BY_DAY, BY_HOUR, BY_MINUTE
from services.kit.runtime import clock
from services.kit.runtime.clock import HOUR, MINUTE

DAYS = {"day": 1, "7d": 7, "28d": 28, "30d": 30, "90d": 90}
ALIASES = {"week": "7d", "month": "30d"}
NAMES = ("minute", "hour", *DAYS, "lifetime")
MOST_POINTS = 400

ZoneAt = Callable[[int], ZoneInfo]


@dataclass(frozen=True, slots=True)
class Window:
    """`begins` and `ends` are instants, the end exclusive."""

    span: int
    first: int
    last: int
    begins: int
    ends: int

    @property
    def days(self) -> int:
        """Local days it holds; 1 for parts of a day."""
        return self.last - self.first + 1 if self.span == BY_DAY else 1


def window_at(name: str, at: int, zone_at: ZoneAt, first_day: int) -> Window:
    """The window of that name that is open at an instant. LookupError for an unknown name."""
    zone = zone_at(at)
    if name == "minute":
        minute = at // MINUTE
        return Window(BY_MINUTE, minute, minute, minute * MINUTE, (minute + 1) * MINUTE)
    day = clock.local_day(at, zone)
    if name == "hour":
        start = clock.day_start(day, zone)
        begins = start + (at - start) // HOUR * HOUR
        ends = min(begins + HOUR, clock.day_start(day + 1, zone))
        return Window(BY_HOUR, begins // MINUTE, begins // MINUTE, begins, ends)
    if name == "lifetime":
        return of_days(min(first_day, day), day, zone_at, at)
    if name not in DAYS:
        raise LookupError(f"no window {name!r}; windows are {', '.join(NAMES)}")
    return of_days(day - DAYS[name] + 1, day, zone_at, at)


def of_days(first: int, last: int, zone_at: ZoneAt, near: int) -> Window:
    """The window of some whole local days; `near` is an instant within, or about, them."""
    zone = zone_at(near)
    return Window(
        BY_DAY, first, last, clock.day_start(first, zone), clock.day_start(last + 1, zone)
    )


def series(name: str, begins: int, ends: int, zone_at: ZoneAt, first_day: int) -> list[Window]:
    """The windows that end within (begins, ends], oldest first, each a step after the other.

    The step is the window itself for minutes, hours and days, and a day for longer ones. Raises
    ValueError where that would be more than `MOST_POINTS`.
    """
    found: list[Window] = []
    at = ends - 1
    while at >= begins:
        window = window_at(name, at, zone_at, first_day)
        found.append(window)
        if len(found) > MOST_POINTS:
            raise ValueError(f"more than {MOST_POINTS} windows; ask for a shorter time")
        if window.span == BY_DAY:
            at = clock.day_start(window.last, zone_at(at)) - 1
        else:
            at = window.begins - 1
        if name == "lifetime" and window.last <= first_day:
            break
    return found[::-1]
