"""Simulated complaints: (count, mean of the moment) for one minute after the other, for ever.

Every stream has the same long-run mean, `rate` an hour, and is drawn from a generator of its own.
What is not said otherwise are independent negative binomial minutes with a dispersion of 2.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from math import exp, log, sin, sqrt, tau

HOUR, DAY, WEEK = 60, 1440, 7 * 1440
K = 2.0

Minutes = Iterator[tuple[int, float]]
Stream = Callable[[float, random.Random], Minutes]

EVENING = (
    0.3, 0.2, 0.1, 0.1, 0.1, 0.2, 0.4, 0.8, 1.2, 1.3, 1.2, 1.3, 1.6, 1.3, 1.1, 1.1, 1.2, 1.3, 1.5,
    1.9, 2.2, 2.1, 1.5, 0.8,
)  # fmt: skip
"""A club's day by the hour: silent at four, loud at eight in the evening."""


def drawn(mean: float, k: float, rng: random.Random) -> int:
    """A negative binomial count, by inversion."""
    left = rng.random()
    chance, count, ratio = (k / (k + mean)) ** k, 0, mean / (mean + k)
    while left >= chance and chance > 0:
        left -= chance
        chance *= (count + k) / (count + 1) * ratio
        count += 1
    return count


def _of_mean(mean_at: Callable[[float], Iterator[float]], k: float = K) -> Stream:
    def stream(rate: float, rng: random.Random) -> Minutes:
        for mean in mean_at(rate / HOUR):
            yield drawn(mean, k, rng), mean

    return stream


def independent(k: float) -> Stream:
    """The same every minute."""

    def means(mean: float) -> Iterator[float]:
        while True:
            yield mean

    return _of_mean(means, k)


def _forever() -> Iterator[int]:
    minute = 0
    while True:
        yield minute
        minute += 1


def week(minute: int) -> float:
    """The hour of the day, and weekends louder."""
    return EVENING[minute // HOUR % 24] * (1.3 if minute // DAY % 7 >= 5 else 0.88)


def weekly(mean: float) -> Iterator[float]:
    """The shape of a week."""
    return (mean * week(minute) for minute in _forever())


def daily(mean: float) -> Iterator[float]:
    """A wave of a day, by 80%."""
    return (mean * (1 + 0.8 * sin(tau * minute / DAY)) for minute in _forever())


def growing(mean: float) -> Iterator[float]:
    """Twice as many within a week, so for four, and back within a week; every eight weeks."""
    for minute in _forever():
        number, part = minute // WEEK % 8, minute % WEEK / WEEK
        grown = {2: part, 3: 1.0, 4: 1.0, 5: 1.0, 6: 1 - part}.get(number, 0.0)
        yield mean * 0.7 * 2**grown


def holidays(mean: float) -> Iterator[float]:
    """The week's shape; of every 13 weeks one is a holiday with a third, one day a sale with 2x."""
    for minute in _forever():
        day = minute // DAY % 91
        factor = 1 / 3 if 60 <= day < 67 else 2.0 if day == 80 else 1.0
        yield mean * week(minute) * factor


def gaps(mean: float) -> Iterator[float]:
    """The week's shape; each week the source is silent for 1 to 24 hours, and all of it is lost."""
    for minute in _forever():
        number = minute // WEEK
        begins = number * 104_729 % (WEEK - DAY)
        silent = begins <= minute % WEEK < begins + (1 + number * 7_919 % 24) * HOUR
        yield 0.0 if silent else mean * week(minute)


def wandering(spread: float, an_hour: float, shape: Callable[[int], float] | None = None) -> Stream:
    """The logarithm of the rate wanders (an AR(1) by the minute): its standard deviation, and its
    correlation from hour to hour."""
    kept = an_hour ** (1 / HOUR)

    def stream(rate: float, rng: random.Random) -> Minutes:
        z, step = rng.gauss(0, 1), sqrt(1 - kept * kept)
        for minute in _forever():
            z = kept * z + step * rng.gauss(0, 1)
            mean = rate / HOUR * exp(spread * z - spread * spread / 2)
            mean *= shape(minute) if shape else 1.0
            yield drawn(mean, K, rng), mean

    return stream


def clusters(children: float, delay: float) -> Stream:
    """Each complaint brings on others (a Hawkes process): how many on average, after how long."""

    def stream(rate: float, rng: random.Random) -> Minutes:
        coming: defaultdict[int, int] = defaultdict(int)
        mean = rate / HOUR
        for minute in _forever():
            count = coming.pop(minute, 0) + _poisson(mean * (1 - children), rng)
            for _ in range(count):
                for _ in range(_poisson(children, rng)):
                    coming[minute + 1 + int(-delay * log(1 - rng.random()))] += 1
            yield count, mean

    return stream


def _poisson(mean: float, rng: random.Random) -> int:
    left, count, chance = rng.random(), 0, exp(-mean)
    while left >= chance and chance > 0:
        left -= chance
        count += 1
        chance *= mean / count
    return count


PLAIN = "independent minutes, k = 2"
STREAMS: dict[str, Stream] = {
    PLAIN: independent(2.0),
    "independent minutes, k = 0.5": independent(0.5),
    "independent minutes, k = 10": independent(10.0),
    "a wave of a day by 80%": _of_mean(daily),
    "the shape of a week": _of_mean(weekly),
    "twice as many within a week, and back": _of_mean(growing),
    "holidays and sales": _of_mean(holidays),
    "outages of 1 to 24 hours each week": _of_mean(gaps),
    "log rate wanders: sd 0.5, 0.9 an hour": wandering(0.5, 0.9),
    "log rate wanders: sd 0.5, 0.9 an hour, and a week": wandering(0.5, 0.9, week),
    "log rate wanders: sd 0.5, 0.5 an hour": wandering(0.5, 0.5),
    "log rate wanders: sd 0.7, 0.985 an hour": wandering(0.7, 0.985),
    "clusters: 0.5 more each, after 10 minutes": clusters(0.5, 10),
    "clusters: 0.7 more each, after 30 minutes": clusters(0.7, 30),
}
