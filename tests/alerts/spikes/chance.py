"""Counts by chance, with a seed."""

import random
from bisect import bisect


class Draw:
    """Negative binomial counts by inversion; a dispersion of a million is Poisson."""

    def __init__(self, mean: float, k: float, rng: random.Random) -> None:
        self.rng, self.table = rng, []
        p, total = (k / (k + mean)) ** k, 0.0
        for x in range(80):
            total += p
            self.table.append(total)
            p *= (x + k) / (x + 1) * mean / (mean + k)

    def __call__(self) -> int:
        return bisect(self.table, self.rng.random())
