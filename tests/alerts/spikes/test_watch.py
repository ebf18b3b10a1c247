"""The watch of a spike rule: closed forms, adaptation, and its simulated limits, with seeds."""

import random
from bisect import bisect

import pytest

from services.alerts.rules.complaint_spike import ComplaintSpike
from services.alerts.rules.states import Finding
from services.alerts.spikes.baseline import SLOTS
from services.alerts.spikes.judge import judge
from services.alerts.spikes.negative_binomial import FLOOR, drain, gain, limit
from services.alerts.spikes.watch import Watch

DAY, WEEK = 1440, 7 * 1440


def slot_of(minute: int) -> int:
    return minute // 60 % SLOTS


def draws(mean: float, k: float, rng: random.Random) -> "Draw":
    return Draw(mean, k, rng)


class Draw:
    """Negative binomial counts by inversion."""

    def __init__(self, mean: float, k: float, rng: random.Random) -> None:
        self.rng, self.table = rng, []
        p, total = (k / (k + mean)) ** k, 0.0
        for x in range(80):
            total += p
            self.table.append(total)
            p *= (x + k) / (x + 1) * mean / (mean + k)

    def __call__(self) -> int:
        return bisect(self.table, self.rng.random())


def test_an_empty_minute_drains_what_the_formula_says() -> None:
    assert gain(0, 0.5, 2.0) == pytest.approx(-drain(0.5, 2.0))
    assert gain(3, 0.5, 2.0) > gain(2, 0.5, 2.0) > 0


def test_limits_rise_with_the_mean_and_with_rarer_alarms() -> None:
    means = [0.001, FLOOR, 0.1, 0.3, 0.6, 5]
    limits = [limit(mean, 12) for mean in means]
    assert limits == sorted(limits)
    assert limits[0] == limits[1] == pytest.approx(6.2)
    assert limit(0.3, 2) == pytest.approx(9.52)
    assert all(limit(mean, 2) > limit(mean, 12) for mean in means)


@pytest.mark.parametrize(
    "cuts", [[2 * DAY], [1, 7, 1000, 1001, 2 * DAY], list(range(0, 2 * DAY, 37))]
)
def test_it_does_not_matter_when_minutes_are_closed(cuts: list[int]) -> None:
    """Closing in one go or in pieces: alike but for the last digits of floats."""
    whole, pieces = Watch.starting(0), Watch.starting(0)
    for watch in (whole, pieces):
        for minute in (30, 31, 31, 900, 2000):
            watch.add(minute, None, 0)
    whole.advance(2 * DAY, slot_of, learning=True)
    for cut in [*cuts, 2 * DAY]:
        pieces.advance(cut, slot_of, learning=True)
    assert pieces.closed == whole.closed
    assert pieces.sum == pytest.approx(whole.sum, abs=1e-6)
    assert pieces.baseline.mean(5) == pytest.approx(whole.baseline.mean(5), rel=1e-6)


def test_years_of_silence_cost_nothing_and_forget() -> None:
    watch = Watch.starting(0)
    for minute in range(0, 4 * WEEK, 3):
        watch.add(minute, None, 0)
        watch.advance(minute - 2, slot_of, learning=True)
    busy = watch.baseline.mean(5)
    watch.advance(4 * WEEK, slot_of, learning=True)
    watch.advance(20 * 52 * WEEK, slot_of, learning=True)
    assert watch.closed == 20 * 52 * WEEK
    assert busy > 0.2
    assert watch.baseline.mean(5) == FLOOR


def test_the_hour_of_the_week_is_learned() -> None:
    watch, rng = Watch.starting(0), random.Random(5)
    loud, soft = Draw(1.0, 2.0, rng), Draw(0.1, 2.0, rng)
    for minute in range(8 * WEEK):
        evening = minute // 60 % 24 in (18, 19, 20, 21, 22)
        for _ in range(loud() if evening else soft()):
            watch.add(minute, None, 0)
        watch.advance(minute, slot_of, learning=True)
    assert watch.baseline.mean(20) == pytest.approx(1.0, rel=0.35)
    assert watch.baseline.mean(8) == pytest.approx(0.1, rel=0.6)
    assert watch.baseline.dispersion() == pytest.approx(2.0, rel=0.5)


def test_growth_is_followed_within_hours() -> None:
    watch, rng = Watch.starting(0), random.Random(5)
    usual, grown = Draw(0.5, 2.0, rng), Draw(1.0, 2.0, rng)
    for minute in range(2 * WEEK + DAY // 2):
        for _ in range((usual if minute < 2 * WEEK else grown)()):
            watch.add(minute, None, 0)
        watch.advance(minute, slot_of, learning=True)
    assert watch.baseline.mean(11) == pytest.approx(0.9, abs=0.25)


@pytest.mark.parametrize(
    ("per_hour", "within_15", "within_30"), [(36, 0.9, 0.99), (18, 0.75, 0.95), (6, 0.15, 0.6)]
)
def test_spikes_of_five_times_are_found(per_hour: int, within_15: float, within_30: float) -> None:
    """As `response.md` tells the limits, with margins: mean and k known, independent minutes."""
    rng = random.Random(20260301)
    mean, k, runs = per_hour / 60, 2.0, 400
    before, during, bound = Draw(mean, k, rng), Draw(5 * mean, k, rng), limit(per_hour / 60, 12)
    found = {15: 0, 30: 0}
    for _ in range(runs):
        total = 0.0
        for _ in range(120):
            total = max(0.0, total + gain(before(), mean, k))
        for minute in range(1, 31):
            total = max(0.0, total + gain(during(), mean, k))
            if total >= bound:
                found[15] += minute <= 15
                found[30] += 1
                break
    assert found[15] / runs >= within_15
    assert found[30] / runs >= within_30


def alarms(per_hour: float, weeks: int, seed: int) -> int:
    """Rises into an alarm of the whole machine, estimating everything as it goes."""
    rng = random.Random(seed)
    draw, watch = Draw(per_hour / 60, 2.0, rng), Watch.starting(0)
    parameters, count, firing = ComplaintSpike(), 0, False
    for minute in range(weeks * WEEK):
        arrivals = draw()
        if not arrivals:
            continue
        watch.advance(minute - 3, slot_of, learning=True)
        for _ in range(arrivals):
            watch.add(minute, None, 0)
        met = judge(watch.look(slot_of), parameters).finding is Finding.MET
        count += met and not firing
        firing = met
    return count


@pytest.mark.parametrize("per_hour", [1, 6, 36])
def test_ordinary_communities_are_left_alone(per_hour: float) -> None:
    """With everything estimated, the first day included: about a dozen a year are allowed."""
    assert alarms(per_hour, weeks=8, seed=5) <= 4
