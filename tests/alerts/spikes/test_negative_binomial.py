"""The step of the sum against its formula, and its heights against simulation, with seeds."""

import random
from math import log

import pytest

from services.alerts.spikes.negative_binomial import FLOOR, SHIFT, drain, height, worth
from tests.alerts.spikes.chance import Draw

DAY = 1440


@pytest.mark.parametrize(("count", "mean", "k"), [(0, 0.5, 2.0), (3, 0.5, 2.0), (7, 0.02, 0.3)])
def test_a_step_is_the_ratio_of_likelihoods(count: int, mean: float, k: float) -> None:
    ratio = log((k + SHIFT * mean) / (k + mean))
    assert count * worth(mean, k) - drain(mean, k) == pytest.approx(
        count * log(SHIFT) - (count + k) * ratio
    )


def test_heights_rise_with_the_mean_and_where_minutes_are_steadier() -> None:
    by_mean = [height(mean, 2.0) for mean in (0.001, FLOOR, 0.07, 0.1, 0.3, 0.6, 5)]
    by_k = [height(0.3, k) for k in (0.01, 0.2, 0.7, 2.0, 50.0)]
    assert by_mean == sorted(by_mean)
    assert by_mean[0] == by_mean[1] == pytest.approx(6.69)
    assert by_k == sorted(by_k)
    assert height(0.6, 2.0) == pytest.approx(8.59)


@pytest.mark.parametrize(("mean", "k"), [(0.05, 2.0), (0.6, 2.0), (0.6, 0.5)])
def test_once_a_day_the_sum_passes_what_is_thirty_times_less_rare(mean: float, k: float) -> None:
    days, rng = 300, random.Random(1)
    draw, low, total, passed, over = Draw(mean, k, rng), drain(mean, k), 0.0, 0, False
    daily, each = height(mean, k) - log(365 / 12), worth(mean, k)
    for _ in range(days * DAY):
        total = max(0.0, total + draw() * each - low)
        passed += total > daily and not over
        over = total > daily or (over and total > 0)
    assert passed / days == pytest.approx(1.0, abs=0.2)


@pytest.mark.parametrize(
    ("per_hour", "within_15", "within_30"), [(36, 0.95, 0.99), (18, 0.81, 0.98), (6, 0.29, 0.75)]
)
def test_spikes_of_five_times_are_found(per_hour: int, within_15: float, within_30: float) -> None:
    """At a dozen alarms a year: mean and k known, independent minutes, for half an hour."""
    rng = random.Random(20260301)
    mean, k, runs = per_hour / 60, 2.0, 600
    before, during, bound = Draw(mean, k, rng), Draw(5 * mean, k, rng), height(mean, k)
    low, each = drain(mean, k), worth(mean, k)
    found = {15: 0, 30: 0}
    for _ in range(runs):
        total = 0.0
        for _ in range(120):
            total = max(0.0, total + before() * each - low)
        for minute in range(1, 31):
            total = max(0.0, total + during() * each - low)
            if total >= bound:
                found[15] += minute <= 15
                found[30] += 1
                break
    assert found[15] / runs >= within_15
    assert found[30] / runs >= within_30
