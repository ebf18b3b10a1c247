"""The likelihood-ratio step of a negative-binomial CUSUM, and its alarm limits. Pure.

Counts a minute are negative binomial with mean m and dispersion k: variance m + m²/k. Against
a mean `SHIFT` times as large with the same k, one minute with x events adds

    x ln SHIFT - (x + k) ln((k + SHIFT m) / (k + m))

to a sum that never falls below zero (Page 1954; Höhle and Paul 2008 for counts). The limits
were found by simulating four million minutes a row of `LIMITS` at k = 2 and counting the
excursions that passed; `bench/` and the tests repeat that with seeds.
"""

from math import log

SHIFT = 3.0
"""The rise it is tuned to find, as a multiple of the mean."""

FLOOR = 0.02
"""Smallest mean a minute: below it one event would already look like a storm."""

LIMITS = ((0.02, 6.2, 7.97), (0.1, 7.45, 9.31), (0.3, 8.06, 9.52), (0.6, 8.27, 9.87))
"""Mean a minute, and the limit at 12 and at 2 false alarms a year."""

_LOG_SHIFT = log(SHIFT)
_PER_LOG_ALARM = log(12 / 2)


def drain(mean: float, k: float) -> float:
    """What an empty minute takes away (positive)."""
    return k * log((k + SHIFT * mean) / (k + mean))


def gain(count: int, mean: float, k: float) -> float:
    """What a minute with `count` events adds; negative where there were few."""
    return count * _LOG_SHIFT - (count + k) * log((k + SHIFT * mean) / (k + mean))


def limit(mean: float, alarms_a_year: float) -> float:
    """The alarm limit for a mean a minute. Interpolated in the logarithms of both."""
    often, rarely = _at(max(mean, FLOOR))
    return often + (rarely - often) * log(12 / alarms_a_year) / _PER_LOG_ALARM


def _at(mean: float) -> tuple[float, float]:
    rows = LIMITS
    upper = next((i for i, row in enumerate(rows) if row[0] >= mean), len(rows) - 1)
    low, high = rows[max(upper - 1, 0)], rows[max(upper, 1)]
    share = log(mean / low[0]) / log(high[0] / low[0])
    return low[1] + share * (high[1] - low[1]), low[2] + share * (high[2] - low[2])
