"""The arithmetic of anniversaries, in local days. Pure."""

from collections.abc import Iterator
from datetime import date

from services.incentives.anniversaries.definition import Anniversaries
from services.kit.runtime import clock


def following(first: int, after: int, asked: Anniversaries) -> int | None:
    """The first anniversary of a day that comes later than another day."""
    days = [first + count for count in asked.days if first + count > after]
    if asked.yearly:
        begun, later = clock.as_date(first), clock.as_date(max(first, after))
        passed = later.year - begun.year
        days += [
            on for years in (passed, passed + 1) if (on := _in(begun, years)) > max(first, after)
        ]
    return min(days, default=None)


def of(first: int, day: int, asked: Anniversaries) -> Iterator[tuple[str, int]]:
    """What a day is to a member who came on another: days or years, and how many."""
    if day - first in asked.days:
        yield "days", day - first
    years = clock.as_date(day).year - clock.as_date(first).year
    if asked.yearly and years > 0 and _in(clock.as_date(first), years) == day:
        yield "years", years


def _in(begun: date, years: int) -> int:
    """The date so many years on; who came on the 29th of February has the 28th in most years."""
    try:
        return clock.day_number(begun.replace(year=begun.year + years))
    except ValueError:
        return clock.day_number(begun.replace(year=begun.year + years, day=28))
