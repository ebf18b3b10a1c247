"""The arithmetic of super users, given and then."""

import pytest

from services.incentives.superusers.definition import Exit, SuperUsers
from services.incentives.superusers.figures import (
    Sample,
    Share,
    Sums,
    after,
    before,
    bounds,
    full_months,
    judged,
    share,
)
from services.kit.runtime import clock


def day(text: str) -> int:
    return clock.local_day(clock.parse_rfc3339(f"{text}T12:00:00Z"), clock.zone("UTC"))


MONTHS = [day(f"2026-0{month}-01") for month in range(1, 7)]
JAN, FEB, MAR, APR, MAY, JUN = MONTHS


def test_full_months_are_local_and_the_begun_one_is_none() -> None:
    zone = clock.zone("Asia/Shanghai")
    found = full_months(day("2026-03-31"), 3, zone)
    assert [clock.as_date(each).isoformat() for each in found.days] == [
        "2025-12-01",
        "2026-01-01",
        "2026-02-01",
    ]
    assert found.starts[0] == clock.parse_rfc3339("2025-12-01T00:00:00+08:00")
    assert found.end == clock.parse_rfc3339("2026-03-01T00:00:00+08:00")


@pytest.mark.parametrize(
    ("asked", "sample", "expected"),
    [
        (SuperUsers(), Sample(20, 2_000), (200, 2)),
        (SuperUsers(), Sample(21, 2_000), (190, 3)),  # 190.47; a tenth of 21 is begun thrice
        (SuperUsers(times=1.1), Sample(30, 300), (11, 3)),
        (SuperUsers(top=0.29), Sample(100, 100), (2, 29)),
    ],
)
def test_bounds(asked: SuperUsers, sample: Sample, expected: tuple[int, int]) -> None:
    assert bounds(asked, sample) == expected


def test_months_before_and_after_leave_out_that_of_the_enrolment() -> None:
    sums = Sums(MONTHS, {}, {})
    enrolled = day("2026-03-15")
    assert before(enrolled, 3, sums) == [JAN, FEB]
    assert before(enrolled, 1, sums) == [FEB]
    assert after(enrolled, 2, sums) == [APR, MAY]


def test_a_share_of_nothing_is_none() -> None:
    sums = Sums(MONTHS, {JAN: Sample(4, 80), FEB: Sample(2, 20)}, {7: {JAN: 30}, 8: {FEB: 10}})
    assert share([7, 8], [JAN, FEB], sums) == Share(2, 40, 100)
    assert share([7], [JAN], sums).value == 0.375
    assert share([7], [MAR], sums).value is None


def test_the_exit_rule_waits_for_full_months_and_enough_payers() -> None:
    rule = Exit(below=1, months=2)
    everybody = {month: Sample(20, 2_000) for month in MONTHS}
    sums = Sums(MONTHS, everybody, {7: {MAY: 90, JUN: 109}, 8: {MAY: 100, JUN: 100}})
    enrolled = day("2026-03-15")
    assert judged(rule, 7, enrolled, 20, sums).leaves is True
    assert judged(rule, 8, enrolled, 20, sums).leaves is False
    few = judged(rule, 7, enrolled, 21, sums)
    assert (few.leaves, few.why) == (None, "at most 20 paid in a month, 21 are needed")
    young = judged(rule, 7, day("2026-05-02"), 20, sums)
    assert (young.leaves, young.why) == (None, "1 full months since, 2 are needed")
