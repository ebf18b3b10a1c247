"""R1: complaints over twice the benchmark on three consecutive closed days."""

import pytest

from services.alerts.rules.complaint_rate import RULE, ComplaintRate
from services.alerts.rules.definition import Days
from services.alerts.rules.states import Finding


def days(*complaints: int, active: int | list[int] = 1000, benchmark: float = 5) -> Days:
    """Days 1, 2, 3 ... with these complaints; per 1,000 active members that is the rate."""
    people = active if isinstance(active, list) else [active] * len(complaints)
    counts = {
        n + 1: {"complaints": c, "active": a}
        for n, (c, a) in enumerate(zip(complaints, people, strict=True))
    }
    return Days(len(complaints), counts, {"complaint_rate": benchmark})


@pytest.mark.parametrize(
    ("given", "then"),
    [
        (days(4, 4, 4), Finding.CLEAR),
        (days(4, 4, 11), Finding.OVER),
        (days(4, 11, 11), Finding.OVER),
        (days(11, 11, 11), Finding.MET),
        (days(10, 10, 10), Finding.BETWEEN),  # over means over
        (days(11, 11, 11, 9), Finding.BETWEEN),
        (days(11, 11, 11, 7), Finding.CLEAR),
        (days(11, 11, 4, 11), Finding.OVER),
    ],
)
def test_three_days_in_a_row(given: Days, then: Finding) -> None:
    assert RULE.judge(given, ComplaintRate()).finding is then


def test_a_day_under_the_sample_neither_counts_nor_breaks_the_run() -> None:
    found = RULE.judge(days(11, 11, 0, 11, active=[1000, 1000, 5, 1000]), ComplaintRate())
    assert (found.finding, found.onset) == (Finding.MET, 1)
    found = RULE.judge(days(11, 11, 9, active=[1000, 1000, 5]), ComplaintRate())
    assert found.finding is Finding.MISSING
    assert "5 active members" in found.why


@pytest.mark.parametrize("benchmark", [0.0, -1.0])
def test_without_a_benchmark_the_own_median_stands_in(benchmark: float) -> None:
    given = days(*[5] * 20, 11, 11, 11, benchmark=benchmark)
    found = RULE.judge(given, ComplaintRate())
    assert (found.finding, found.threshold) == (Finding.MET, 10)
    assert "own median of 20 days" in found.why


def test_without_a_median_an_absolute_count() -> None:
    found = RULE.judge(days(5, 5, 5, benchmark=0), ComplaintRate())
    assert (found.finding, found.measure) == (Finding.MET, 5)
    assert "absolute count" in found.why
    found = RULE.judge(days(*[0] * 20, 4, 4, 4, benchmark=0), ComplaintRate())
    assert found.finding is Finding.CLEAR
