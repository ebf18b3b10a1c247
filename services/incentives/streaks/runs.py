"""The arithmetic of streaks. Pure.

A unit is a local day, or a week, as a whole number; one follows the other. What a member did is
kept as spans of units without a gap, earliest first: `[first, last]`.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from services.incentives.streaks.definition import MakeUp, Streak
from services.kit.runtime import clock

Span = list[int]
MOST_SPANS = 1_000
"""Spans kept of a member: about three years of every other day."""


class Run(NamedTuple):
    """A streak: its first and last unit, and how many units it has, those made up not counted."""

    first: int
    last: int
    length: int


NONE = Run(0, -1, 0)


def unit_of(day: int, streak: Streak) -> int:
    """The unit a local day is in."""
    return day if streak.per == "day" else clock.week_of(day) // 7


def first_day(unit: int, streak: Streak) -> int:
    """The first local day of a unit. Mondays are 4 modulo 7 (1970-01-01 was a Thursday)."""
    return unit if streak.per == "day" else unit * 7 + 4


def mark(spans: list[Span], unit: int) -> bool:
    """Note that something was done in a unit; False where that was known."""
    after = bisect_right(spans, unit, key=lambda span: span[0])
    before = spans[after - 1] if after else None
    if before is not None and unit <= before[1]:
        return False
    joins_before = before is not None and before[1] == unit - 1
    joins_after = after < len(spans) and spans[after][0] == unit + 1
    if before is not None and joins_before:
        before[1] = spans.pop(after)[1] if joins_after else unit
    elif joins_after:
        spans[after][0] = unit
    else:
        spans.insert(after, [unit, unit])
    del spans[:-MOST_SPANS]
    return True


def runs(spans: Sequence[Span], streak: Streak) -> list[Run]:
    """The streaks, earliest first; gaps are made up from the earliest on, as far as allowed."""
    found: list[Run] = []
    used: Counter[int] = Counter()
    for first, last in spans:
        size = last - first + 1
        if found and _made_up(range(found[-1].last + 1, first), streak, used):
            found[-1] = Run(found[-1].first, last, found[-1].length + size)
        else:
            found.append(Run(first, last, size))
    return found


def run_at(found: Iterable[Run], unit: int) -> Run:
    """The streak that a unit is in."""
    return next((run for run in found if run.first <= unit <= run.last), NONE)


def standing(found: Sequence[Run], spans: Sequence[Span], streak: Streak, unit: int) -> Run:
    """The streak that is still alive in a unit: it may be gone on with, or was."""
    if not found:
        return NONE
    last, used = found[-1], Counter[int]()
    if last.last < unit - 1:
        for (_, end), (begin, _) in pairwise(spans):
            _made_up(range(end + 1, begin), streak, used)
        if not _made_up(range(last.last + 1, unit), streak, used):
            return NONE
    return last


def over(spans: Sequence[Span], streak: Streak) -> int:
    """The first unit in which the last streak is no longer alive."""
    unit, found = spans[-1][1] + 2, runs(spans, streak)
    while standing(found, spans, streak, unit).length:
        unit += 1
    return unit


def _made_up(gap: range, streak: Streak, used: Counter[int]) -> bool:
    """Whether a gap is made up, which uses up the allowance of its weeks or months."""
    make_up = streak.make_up
    if make_up is None or len(gap) > 2 * make_up.most:
        return False
    needed = Counter(_window(first_day(unit, streak), make_up) for unit in gap)
    if any(used[window] + count > make_up.most for window, count in needed.items()):
        return False
    used.update(needed)
    return True


def _window(day: int, make_up: MakeUp) -> int:
    return clock.week_of(day) if make_up.per == "week" else clock.month_of(day)
