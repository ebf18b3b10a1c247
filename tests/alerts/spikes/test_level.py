"""The level: which guess is believed, and what it does after silence."""

import random
from math import exp, sqrt

import pytest

from services.alerts.spikes.level import LEAST, QUARTER, SHRINK, Level
from tests.alerts.spikes.chance import Draw

MEAN = 0.6
DAY = 1440


def followed(rates: list[float], seed: int = 3) -> Level:
    """A level that has seen minutes of these rates, where `MEAN` is usual."""
    level, rng, draws = Level.empty(), random.Random(seed), {}
    for start in range(0, len(rates), QUARTER):
        guessed, total = [QUARTER * MEAN * guess for guess in level.guesses()], 0
        for rate in rates[start : start + QUARTER]:
            rounded = round(rate, 2)
            draw = draws.setdefault(rounded, Draw(max(rounded, 0.01), 2.0, rng))
            count = draw()
            total += count
            level.learn(count, MEAN)
        level.score(total, guessed, QUARTER * 2.0)
    return level


def weights(level: Level) -> list[float]:
    shares = [exp(score) for score in level.scores]
    return [share / sum(shares) for share in shares]


def test_a_steady_rate_is_judged_by_its_days() -> None:
    level = followed([MEAN] * (10 * DAY))
    assert weights(level)[-1] > 0.6
    assert level.present() == pytest.approx(1.0, abs=0.08)


def test_a_rate_that_wanders_is_judged_by_its_last_hour() -> None:
    rng, z, rates = random.Random(1), 0.0, []
    kept = 0.9 ** (1 / 60)
    for _ in range(10 * DAY):
        z = kept * z + sqrt(1 - kept * kept) * rng.gauss(0, 1)
        rates.append(MEAN * exp(0.5 * z))
    assert weights(followed(rates))[0] > 0.9


def test_after_silence_the_usual_is_usual_again() -> None:
    level = followed([MEAN] * (10 * DAY))
    for _ in range(4 * DAY // QUARTER):
        level.learn_empty(QUARTER, MEAN)
    assert level.present() == LEAST


def test_minutes_without_events_are_the_same_at_once_or_one_by_one() -> None:
    one, other = followed([MEAN] * 300), followed([MEAN] * 300)
    one.learn_empty(QUARTER, MEAN)
    for _ in range(QUARTER):
        other.learn(0, MEAN)
    assert one.guesses() == pytest.approx(other.guesses(), rel=1e-12)


def test_little_is_believed_of_little() -> None:
    level = Level.empty()
    level.learn(3, 0.01)
    assert level.guesses() == pytest.approx([(3 + SHRINK) / (0.01 + SHRINK)] * 3)
