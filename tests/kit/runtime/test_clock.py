"""Local days over every kind of change of the clocks: each instant is in one day, days follow each
other without a gap, and none begins twice."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.runtime import clock

ZONES = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",  # by half an hour
    "America/Havana",  # midnight comes twice
    "Africa/Cairo",  # midnight is left out
    "Pacific/Apia",  # a whole day was left out
    "Asia/Shanghai",
]
FIRST, LAST = 14_610, 21_000
"""2010 to 2027, which has all of the above."""


@pytest.mark.parametrize("name", ZONES)
def test_days_follow_each_other(name: str) -> None:
    tz = clock.zone(name)
    starts = [clock.day_start(day, tz) for day in range(FIRST, LAST)]
    lengths = {(two - one) / clock.HOUR for one, two in pairwise(starts)}
    assert lengths <= {0, 23, 23.5, 24, 24.5, 25}
    assert (0 in lengths) == (name == "Pacific/Apia")
    for day, (start, end) in zip(range(FIRST, LAST), pairwise(starts), strict=False):
        if start < end:
            assert clock.local_day(start, tz) == clock.local_day(end - 1, tz) == day
            assert clock.local_day(start - 1, tz) < day


@given(
    name=st.sampled_from(ZONES),
    at=st.integers(FIRST * clock.DAY, LAST * clock.DAY),
    later=st.integers(0, 2 * clock.DAY),
)
def test_no_later_instant_is_in_an_earlier_day(name: str, at: int, later: int) -> None:
    tz = clock.zone(name)
    day = clock.local_day(at, tz)
    assert clock.day_start(day, tz) <= at < clock.day_start(day + 1, tz)
    assert clock.local_day(at + later, tz) >= day
    assert clock.as_date(day) == clock.moment(at).astimezone(tz).date()
