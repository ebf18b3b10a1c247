"""Windows in local time: whole days, hours across a change of clocks, series."""

import pytest

from services.alerts.metrics.windows import MOST_POINTS, series, window_at
from services.kit.runtime.clock import DAY, HOUR, local_day, parse_rfc3339, zone
from tests.alerts.scene import day


def shanghai(at: int) -> "object":
    return zone("Asia/Shanghai")


def berlin(at: int) -> "object":
    return zone("Europe/Berlin")


def test_days_are_local() -> None:
    window = window_at("day", day(3, 0.5), shanghai, 0)
    assert (window.begins, window.ends) == (day(3, 0), day(4, 0))
    week = window_at("7d", day(9, 12), shanghai, 0)
    assert (week.begins, week.ends, week.days) == (day(3, 0), day(10, 0), 7)


def test_hours_and_minutes() -> None:
    hour = window_at("hour", day(3, 5.5), shanghai, 0)
    assert (hour.begins, hour.ends) == (day(3, 5), day(3, 6))
    minute = window_at("minute", day(3, 5.5) + 1, shanghai, 0)
    assert minute.ends - minute.begins == HOUR // 60


def test_a_day_with_25_hours_has_25() -> None:
    start = parse_rfc3339("2026-10-25T00:00:00+02:00")
    found = series("hour", start, start + 25 * HOUR, berlin, 0)
    assert len(found) == 25
    assert len({window.first for window in found}) == 25
    whole = window_at("day", start + HOUR, berlin, 0)
    assert whole.ends - whole.begins == 25 * HOUR


def test_a_series_of_weeks_steps_by_days() -> None:
    found = series("7d", day(10, 0), day(13, 0), shanghai, 0)
    assert [window.ends for window in found] == [day(11, 0), day(12, 0), day(13, 0)]


def test_lifetime_begins_with_the_first_day() -> None:
    first = local_day(day(0), zone("Asia/Shanghai"))
    window = window_at("lifetime", day(9, 12), shanghai, first)
    assert (window.begins, window.days) == (day(0, 0), 10)


def test_what_is_refused() -> None:
    with pytest.raises(LookupError, match="lifetime"):
        window_at("fortnight", 0, shanghai, 0)
    with pytest.raises(ValueError, match=str(MOST_POINTS)):
        series("hour", 0, 400 * DAY, shanghai, 0)
