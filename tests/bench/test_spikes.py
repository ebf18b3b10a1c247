"""The simulated complaints are what they say, and detectors are told of all of them."""

import random
from copy import deepcopy
from itertools import islice

import pytest

from bench.spikes.detectors import Fixed, Hearth, ThreeSigma
from bench.spikes.measure import measured, tuned
from bench.spikes.streams import DAY, STREAMS, WEEK, drawn

UNEVEN = {"holidays and sales", "outages of 1 to 24 hours each week"}


@pytest.mark.parametrize("name", [name for name in STREAMS if name not in UNEVEN])
def test_a_stream_keeps_its_long_run_mean_and_repeats_with_its_seed(name: str) -> None:
    minutes = 16 * WEEK
    first = [count for count, _ in islice(STREAMS[name](60, random.Random(3)), minutes)]
    again = [count for count, _ in islice(STREAMS[name](60, random.Random(3)), DAY)]
    assert first[:DAY] == again
    # One that wanders for days is never quite at its mean.
    assert sum(first) / minutes == pytest.approx(1.0, rel=0.25)


def test_counts_have_the_dispersion_that_is_asked_for() -> None:
    rng = random.Random(3)
    counts = [drawn(0.5, 2.0, rng) for _ in range(100_000)]
    mean = sum(counts) / len(counts)
    variance = sum((count - mean) ** 2 for count in counts) / len(counts)
    assert (mean, variance) == pytest.approx((0.5, 0.5 + 0.25 / 2), rel=0.03)


def test_a_fixed_threshold_stands_until_a_quarter_was_calm() -> None:
    fixed = Fixed(3)
    stood = []
    for minute in range(40):
        fixed.minute(minute, 1 if minute in (3, 9, 12) else 0)
        stood.append(fixed.open)
    assert [minute for minute, it in enumerate(stood) if it] == list(range(12, 27))


def test_three_sigma_knows_the_hours_of_a_day_first() -> None:
    sigma, rng = ThreeSigma(), random.Random(3)
    for minute in range(3 * DAY):
        sigma.minute(minute, drawn(0.5, 2.0, rng))
        if minute < DAY:
            assert not sigma.open
    for minute in range(3 * DAY, 3 * DAY + 30):
        sigma.minute(minute, 4)
    assert sigma.open


def test_a_trial_of_our_detector_leaves_no_trace() -> None:
    hearth, rng = Hearth(3), random.Random(3)
    for minute in range(2 * DAY):
        hearth.minute(minute, drawn(0.5, 2.0, rng))
    known, copy = hearth.watch.closed, deepcopy(hearth)
    for minute in range(2 * DAY, 2 * DAY + 30):
        copy.minute(minute, 5)
    assert copy.open
    assert copy.certain
    assert not hearth.open
    assert hearth.watch.closed == known


def test_all_three_are_measured_on_one_stream() -> None:
    stream = "independent minutes, k = 2"
    found = measured(stream, 36.0, 0.02, tuned(36.0, 3), 3)
    assert set(found) == {"hearth", "fixed", "sigma"}
    assert all(each.soon > 0.5 for each in found.values())
    assert all(0 <= each.soon <= each.later <= 1 for each in found.values())
