"""The likelihood-ratio step of a negative-binomial CUSUM, and how high it climbs by chance. Pure.

Counts a minute are negative binomial with mean m and dispersion k: variance m + m²/k. Against
a mean `SHIFT` times as large with the same k, one minute with x events adds

    x ln SHIFT - (x + k) ln((k + SHIFT m) / (k + m))

to a sum that never falls below zero (Page 1954; Höhle and Paul 2008 for counts). Among
independent minutes the sum passes a height that is greater by ln r so many times less often
(`HEIGHTS` were found by simulating 200 years a cell, and the slope was 1 within the error).
"""

from bisect import bisect_right
from math import log

SHIFT = 4.0
"""The rise it is tuned to find, as a multiple of the mean."""

FLOOR = 0.02
"""Smallest mean a minute: below it one event would already look like a storm."""

MEANS = (FLOOR, 0.05, 0.1, 0.3, 0.6, 1.667)
DISPERSIONS = (0.2, 0.5, 1.0, 2.0, 5.0)
HEIGHTS = (
    (6.41, 6.62, 6.66, 6.69, 6.71),
    (6.95, 7.29, 7.45, 7.54, 7.55),
    (7.21, 7.62, 7.83, 7.99, 8.05),
    (7.37, 7.91, 8.26, 8.44, 8.59),
    (7.41, 8.02, 8.37, 8.59, 8.79),
    (7.43, 8.06, 8.39, 8.61, 8.77),
)
"""By mean a minute and dispersion: what the sum rises over a dozen times in a year."""
A_DOZEN = 12.0

_LOG_SHIFT = log(SHIFT)


def drain(mean: float, k: float) -> float:
    """What a minute takes away (positive), whatever is in it."""
    return k * log((k + SHIFT * mean) / (k + mean))


def worth(mean: float, k: float) -> float:
    """What one event adds."""
    return _LOG_SHIFT - log((k + SHIFT * mean) / (k + mean))


def height(mean: float, k: float) -> float:
    """What independent minutes rise over a dozen times a year, interpolated in logarithms."""
    row, down = _place(MEANS, mean)
    column, right = _place(DISPERSIONS, k)
    above, below = HEIGHTS[row], HEIGHTS[row + 1]
    first = above[column] + right * (above[column + 1] - above[column])
    second = below[column] + right * (below[column + 1] - below[column])
    return first + down * (second - first)


def _place(marks: tuple[float, ...], value: float) -> tuple[int, float]:
    """The mark below a value, and how far it is to the next; beyond the ends, the end."""
    value = min(max(value, marks[0]), marks[-1])
    at = min(bisect_right(marks, value) - 1, len(marks) - 2)
    return at, log(value / marks[at]) / log(marks[at + 1] / marks[at])
