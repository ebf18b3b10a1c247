"""The arithmetic of streaks, beside one that goes through the calendar day by day."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incentives.streaks.definition import Streak
from services.incentives.streaks.runs import Run, Span, first_day, mark, runs, standing, unit_of
from services.kit.runtime import clock

DAILY = Streak()
MONDAY = clock.day_number(clock.as_date(20_000)) - clock.weekday(20_000)
units = st.lists(st.integers(MONDAY, MONDAY + 80), max_size=60)


def spans_of(marks: list[int]) -> list[Span]:
    spans: list[Span] = []
    for unit in marks:
        mark(spans, unit)
    return spans


def made_up(most: int, per: str = "month") -> Streak:
    return Streak.model_validate({"make_up": {"most": most, "per": per}})


def by_hand(marks: set[int], most: int, per: str) -> list[Run]:
    """Day after day; a gap is gone through when the next mark shows that it has ended."""
    found: list[Run] = []
    used: Counter[int] = Counter()
    missed: list[int] = []
    for day in range(min(marks, default=0), max(marks, default=-1) + 1):
        if day not in marks:
            missed.append(day)
            continue
        window = clock.week_of if per == "week" else clock.month_of
        needed = Counter(window(each) for each in missed)
        if found and all(used[w] + n <= most for w, n in needed.items()):
            used.update(needed)
            found[-1] = Run(found[-1].first, day, found[-1].length + 1)
        else:
            found.append(Run(day, day, 1))
        missed = []
    return found


@given(units)
def test_marks_become_spans_whatever_their_order(marks: list[int]) -> None:
    spans = spans_of(marks)
    assert spans == spans_of(sorted(set(marks)))
    assert {day for first, last in spans for day in range(first, last + 1)} == set(marks)
    assert all(after[0] > before[1] + 1 for before, after in pairwise(spans))


@given(units)
def test_a_mark_is_news_once(marks: list[int]) -> None:
    spans: list[Span] = []
    news = [mark(spans, unit) for unit in marks]
    assert sum(news) == len(set(marks))


@given(units, st.integers(0, 3), st.sampled_from(["week", "month"]))
def test_runs_are_what_one_counts_by_hand(marks: list[int], most: int, per: str) -> None:
    streak = made_up(most, per) if most else DAILY
    assert runs(spans_of(marks), streak) == by_hand(set(marks), most, per)


@pytest.mark.parametrize(
    ("streak", "today", "length"),
    [
        (DAILY, 3, 3),  # not yet today: it is still alive
        (DAILY, 2, 3),
        (DAILY, 4, 0),
        (made_up(1), 4, 3),
        (made_up(1), 5, 0),
        (made_up(2), 5, 3),
    ],
)
def test_a_streak_stands_until_it_can_no_longer_be_gone_on_with(
    streak: Streak, today: int, length: int
) -> None:
    spans = [[MONDAY, MONDAY + 2]]
    found = standing(runs(spans, streak), spans, streak, MONDAY + today)
    assert found.length == length


def test_what_gaps_have_used_up_is_gone() -> None:
    streak, spans = made_up(1), [[MONDAY, MONDAY], [MONDAY + 2, MONDAY + 3]]
    found = runs(spans, streak)
    assert [run.length for run in found] == [3]
    assert standing(found, spans, streak, MONDAY + 5).length == 0


@given(st.integers(-(10**5), 10**5))
def test_a_week_is_a_unit_that_begins_on_monday(day: int) -> None:
    weekly = Streak(per="week")
    unit = unit_of(day, weekly)
    assert clock.weekday(first_day(unit, weekly)) == 0
    assert first_day(unit, weekly) <= day < first_day(unit + 1, weekly)
