"""The limit that follows from a community's own excursions."""

import random
from math import log

import pytest

from services.alerts.spikes.tail import DAY, PRIOR, Tail

PLAIN = log(365 / 12)


def lived(scale: float, a_day: float, days: int, seed: int = 2) -> Tail:
    """A tail that has seen exponential excesses."""
    tail, rng = Tail(), random.Random(seed)
    for _ in range(days):
        tail.wait(DAY)
        for _ in range(int(a_day)):
            tail.add(rng.expovariate(1 / scale), tail.room(12))
    return tail


def test_before_anything_is_seen_minutes_are_taken_for_independent() -> None:
    tail = Tail()
    assert tail.room(12) == pytest.approx(PLAIN)
    assert tail.room(2) - tail.room(12) == pytest.approx(log(6))


def test_independent_minutes_keep_that_limit() -> None:
    assert lived(1.0, 1, 100).room(12) == pytest.approx(PLAIN, abs=0.6)


def test_excursions_that_are_longer_or_more_raise_it() -> None:
    assert lived(2.0, 1, 100).room(12) > 2 * PLAIN
    assert lived(1.0, 4, 100).room(12) > PLAIN + log(3)


def test_the_rarer_the_alarms_the_more_a_heavy_tail_counts() -> None:
    plain, heavy = Tail(), lived(2.0, 1, 100)
    further = heavy.room(2) - heavy.room(12)
    assert further > 2.5 * (plain.room(2) - plain.room(12))


def test_a_crisis_does_not_teach_that_crises_are_usual() -> None:
    mild, wild = lived(1.0, 1, 100), lived(1.0, 1, 100)
    mild.add(mild.room(12) + 0.1, mild.room(12))
    wild.add(500.0, wild.room(12))
    assert wild == mild
    assert wild.room(12) < lived(1.0, 1, 100).room(12) + 0.5


def test_what_is_long_past_is_forgotten() -> None:
    tail = lived(3.0, 4, 100)
    tail.wait(3 * 365 * DAY)
    assert tail.scale() == pytest.approx(1.0, abs=0.05)


def test_waiting_is_the_same_at_once_or_in_parts() -> None:
    one, other = lived(2.0, 1, 10), lived(2.0, 1, 10)
    one.wait(10_000)
    for _ in range(100):
        other.wait(100)
    assert one.room(12) == pytest.approx(other.room(12), rel=1e-9)
    assert one.minutes == pytest.approx(other.minutes, rel=1e-9)


def test_a_quiet_community_comes_nearer_to_the_daily_height_but_never_to_it() -> None:
    tail = Tail()
    tail.wait(365 * DAY)
    assert 0.5 <= tail.room(12) < PLAIN
    assert PRIOR > 0
