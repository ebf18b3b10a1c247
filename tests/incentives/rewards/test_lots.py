"""The arithmetic of lots, and when they expire."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incentives.points.accounts import Expires
from services.incentives.points.lots import Lot, expired, lots_of, move, put, revived, take
from services.incentives.state import Member
from services.kit.runtime import clock

_amounts = st.integers(1, 50)
_lots = st.lists(st.tuples(st.integers(0, 20), _amounts), max_size=12)


def lots(*parts: tuple[int, int]) -> list[Lot]:
    made: list[Lot] = []
    for day, amount in parts:
        put(made, day, amount)
    return made


def day(text: str) -> int:
    return clock.local_day(clock.parse_rfc3339(f"{text}T00:00:00Z"), clock.zone("UTC"))


@given(_lots)
def test_a_day_has_one_lot_and_they_stand_in_order(parts: list[tuple[int, int]]) -> None:
    made = lots(*parts)
    days = [on for on, _ in made]
    assert days == sorted(set(days))
    assert sum(size for _, size in made) == sum(size for _, size in parts)


@given(_lots, st.integers(0, 400))
def test_the_earliest_are_taken_first(parts: list[tuple[int, int]], amount: int) -> None:
    made = lots(*parts)
    before = sum(size for _, size in made)
    taken = take(made, amount)
    assert sum(size for _, size in taken) == min(amount, before)
    assert sum(size for _, size in made) == before - min(amount, before)
    if taken and made:
        assert taken[-1][0] <= made[0][0]


def test_what_is_taken_back_comes_out_of_its_own_lot_first() -> None:
    made = lots((1, 5), (2, 5), (3, 5))
    assert take(made, 7, first=2) == [[2, 5], [1, 2]]
    assert made == [[1, 3], [3, 5]]


def test_what_fills_a_debt_is_in_no_lot() -> None:
    member = Member(1, 0, 0)
    move(member, 1, 10, 4, [[9, 10]])  # the balance was 6 below 0
    assert lots_of(member, 1) == [[9, 4]]


def test_who_has_nothing_left_looks_as_before() -> None:
    member = Member(1, 0, 0)
    before = member.packed()
    move(member, 1, 10, 10, [[9, 10]])
    assert member.packed() != before
    move(member, 1, -10, 0)
    assert member.packed() == before


def test_what_has_expired_comes_back_for_what_was_decided_before() -> None:
    member = Member(1, 0, 0)
    move(member, 1, 10, 10, [[5, 4], [6, 6]])
    assert expired(member, 4) == []
    assert expired(member, 6) == [(1, 10)]
    assert revived(member, 1, 8, 6) == []
    assert revived(member, 1, 8, 5) == [[6, 6]]
    assert revived(member, 1, 8, 4) == [[5, 4]]
    assert revived(member, 1, 8, 4) == []


@pytest.mark.parametrize(
    ("end_of", "gone"), [("day", "2026-02-01"), ("month", "2026-02-01"), ("year", "2027-01-01")]
)
def test_a_term_ends_with_a_day_a_month_or_a_year(end_of: str, gone: str) -> None:
    term = Expires.model_validate({"after_days": 1, "end_of": end_of})
    assert term.day(day("2026-01-31")) == day(gone)


def test_the_last_day_of_a_month_is_still_in_it() -> None:
    assert Expires(after_days=30, end_of="month").day(day("2026-01-01")) == day("2026-02-01")
    assert Expires(after_days=31, end_of="month").day(day("2026-01-01")) == day("2026-02-01")
    assert Expires(after_days=32, end_of="month").day(day("2026-01-01")) == day("2026-03-01")
