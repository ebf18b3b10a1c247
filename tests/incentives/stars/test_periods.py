"""Weeks and months: their names, when they close, and that no closing comes unforeseen."""

from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incentives.policy.document import Incentives, compile_policy
from services.incentives.stars.periods import due, following, name_of, named, next_close, season
from services.kit.communities.timeline import EVER, Community
from services.kit.runtime import clock

ZONES = sorted(available_timezones() - {"localtime"})
TIMES = st.integers(
    clock.parse_rfc3339("2020-01-01T00:00:00Z"), clock.parse_rfc3339("2040-01-01T00:00:00Z")
)
POLICY = {
    "name": "test",
    "stars": {"w": {"board": "points", "per": "week"}, "m": {"board": "points"}},
}


def community(zone: str, policy: dict[str, object] = POLICY) -> Community[Incentives]:
    known: Community[Incentives] = Community(1, ((EVER, zone),))
    return known.publish({"document": policy}, 0, 0, compile_policy)


def test_names_lead_back_to_periods() -> None:
    for name in ("2026-10", "2026-W44", "2026-W53", "2024-02", "2027-W01"):
        assert name_of(named(name)) == name
    assert following(named("2024-02")) == named("2024-03")[1]
    assert following(named("2026-W53")) == named("2027-W01")[1]
    with pytest.raises(ValueError, match="week"):
        named("2027-W53")


def test_a_month_closes_by_the_day_of_its_zone() -> None:
    for zone, at in (
        ("UTC", "2026-11-02T00:00:00Z"),
        ("Asia/Shanghai", "2026-11-02T00:00:00+08:00"),
        ("America/New_York", "2026-11-02T00:00:00-05:00"),  # clocks went back on the first
    ):
        assert due(named("2026-10"), community(zone)) == clock.parse_rfc3339(at)


@given(TIMES, st.sampled_from(ZONES))
def test_what_is_open_closes_later_and_is_all_that_does(at: int, zone: str) -> None:
    known = community(zone)
    found = season(known, at)
    assert found is not None
    assert found.until > at
    assert all(due(period, known) > at for period in found.periods)
    # Nothing that the community may open now closes before it is expected anywhere.
    assert next_close(at) <= min(due(period, known) for period in found.periods)
    assert next_close(at) > at
    for index, floor in found.floors.items():
        assert min(first for per, first in found.periods if per == index) == floor


@given(TIMES)
def test_a_day_without_closings_is_not_cut(at: int) -> None:
    """Between the windows around the beginnings of weeks and months nothing is foreseen."""
    following_ = next_close(at)
    day = (following_ + 16 * clock.HOUR) // clock.DAY
    nearby = [clock.week_of(each) == each - 1 or clock.month_of(each) == each - 1
              for each in range(day - 1, day + 2)]  # fmt: skip
    assert any(nearby)


def test_without_stars_there_is_no_season() -> None:
    assert season(community("UTC", {"name": "test"}), 0) is None
