"""R2: UGC share under 15% over seven closed days."""

import pytest

from services.alerts.rules.definition import Days
from services.alerts.rules.states import Finding
from services.alerts.rules.ugc_share import RULE, UgcShare


def week(ugc: int, messages: int, support: int = 0) -> Days:
    """The seventh day is the last; day 0 lies outside and must not count."""
    counts = {
        0: {"messages": 900, "messages.ugc": 900},
        4: {"messages": messages, "messages.ugc": ugc, "messages.support": support},
    }
    return Days(7, counts, {})


@pytest.mark.parametrize(
    ("given", "then"),
    [
        (week(14, 100), Finding.MET),
        (week(15, 100), Finding.BETWEEN),
        (week(17, 100), Finding.BETWEEN),
        (week(18, 100), Finding.CLEAR),
        (week(14, 100, support=30), Finding.CLEAR),
        (week(0, 29), Finding.MISSING),
        (week(0, 60, support=31), Finding.MISSING),
        (week(0, 30), Finding.MET),
    ],
)
def test_thresholds(given: Days, then: Finding) -> None:
    found = RULE.judge(given, UgcShare())
    assert found.finding is then
    assert (found.measure is None) is (then is Finding.MISSING)


def test_a_policy_sets_the_thresholds() -> None:
    assert RULE.judge(week(20, 100), UgcShare(fires_under=0.3)).finding is Finding.MET
