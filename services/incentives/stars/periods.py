"""Weeks and months of a community: which are open, when they close. Pure.

A period closes by log time, 24 hours after its end in the community's zone. It is open from its
beginning on, so that the one before is too, for a day. Those that had closed before anybody of the
community acted are no concern of anybody's: what was imported of a time before makes no stars.
"""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from services.incentives.calendar import windows_of
from services.incentives.policy.document import Incentives
from services.incentives.stars.definition import WINDOWS
from services.kit.communities.timeline import Community
from services.kit.projection.definition import NEVER
from services.kit.runtime import clock

GRACE_DAYS = 1
QUARTER = 15 * clock.MINUTE
WIDEST = 16 * clock.HOUR
"""No zone is further from UTC."""
Known = Community[Incentives]
Period = tuple[int, int]
"""Its place among the windows of a day, and its first local day."""


def following(period: Period) -> int:
    """The first local day after a period."""
    index, first = period
    return first + 7 if index == WINDOWS["week"] else clock.month_of(first + 31)


def _start(day: int, known: Known) -> int:
    return clock.day_start(day, known.zone_at(day * clock.DAY))


def span(period: Period, known: Known) -> tuple[int, int]:
    """Begin and end of a period as instants."""
    return _start(period[1], known), _start(following(period), known)


def due(period: Period, known: Known) -> int:
    """The log time at which a period closes."""
    return _start(following(period) + GRACE_DAYS, known)


def name_of(period: Period) -> str:
    """What a period is called: 2026-10, or 2026-W44."""
    index, first = period
    on = clock.as_date(first)
    if index == WINDOWS["week"]:
        year, week, _ = on.isocalendar()
        return f"{year}-W{week:02}"
    return on.isoformat()[:7]


def named(name: str) -> Period:
    """The period of a name such as 2026-10. Raises ValueError for a week there is not."""
    year, _, part = name.partition("-")
    if part.startswith("W"):
        on = date.fromisocalendar(int(year), int(part[1:]), 1)
        return WINDOWS["week"], clock.day_number(on)
    return WINDOWS["month"], clock.day_number(date(int(year), int(part), 1))


def next_close(log_time: int) -> int:
    """The earliest log time after this one at which a period may close, whatever the zone."""
    return _next_close(log_time // QUARTER)


@lru_cache(4096)
def _next_close(quarter: int) -> int:
    following_quarter = (quarter + 1) * QUARTER
    day = (quarter * QUARTER - WIDEST) // clock.DAY
    while not _closes(day) or day * clock.DAY + WIDEST < following_quarter:
        day += 1
    return max(following_quarter, day * clock.DAY - WIDEST)


def _closes(day: int) -> bool:
    before = day - GRACE_DAYS
    return clock.week_of(before) == before or clock.month_of(before) == before


class Season(NamedTuple):
    """What is open of a community at a log time."""

    accounts: frozenset[str]
    """That some star of some policy version is about."""
    pers: frozenset[int]
    """The places of the periods that stars are of."""
    floors: dict[int, int]
    """By place of the period the first day of the earliest that is not closed."""
    periods: tuple[Period, ...]
    """Those that are open, earliest first."""
    until: int
    """The log time until which this holds."""


def accounts_of(known: Known) -> tuple[frozenset[str], frozenset[int]]:
    """The accounts that stars are about, and the places of their periods, in any version."""
    versions = [version.compiled for version in known.versions]
    stars = [(policy, star) for policy in versions for star in policy.stars.values()]
    accounts = frozenset(account_of(policy, star) for policy, star in stars)
    return accounts, frozenset(WINDOWS[star.per] for _, star in stars)


def account_of(policy: Incentives, star: Any) -> str:
    """The account whose board a star is of."""
    board = policy.boards.get(star.board)
    return str(star.board if board is None else board.account)


def season(known: Known, log_time: int) -> Season | None:
    """What is open at a log time; None for a community without stars."""
    accounts, pers = accounts_of(known)
    if not accounts:
        return None
    day = clock.local_day(log_time, known.zone_at(log_time))
    floors, periods, until = {}, [], NEVER
    for index in sorted(pers):
        current = (index, windows_of(day)[index])
        before = (index, windows_of(current[1] - 1)[index])
        closes = due(before, known)
        if closes > log_time:
            periods.append(before)
            until = min(until, closes)
        periods.append(current)
        floors[index] = periods[-1 if closes <= log_time else -2][1]
        until = min(until, _after(following(current), known, log_time))
    return Season(accounts, pers, floors, tuple(periods), until)


def _after(day: int, known: Known, log_time: int) -> int:
    """When a day begins; a later moment where a change of zone put that into the past."""
    return max(_start(day, known), log_time + 1)


def dues(periods: Iterable[Period], known: Known) -> dict[Period, int]:
    """When each closes."""
    return {period: due(period, known) for period in periods}
