"""How the rate stands to what is usual at the hour: three guesses, weighed by how well they fare.

Each guess is observed over expected with a half-life of its own. The slow one is steady and follows
growth too late, the quick one follows within the hour and is noisy. Every quarter of an hour each
is scored by the likelihood of what came, and their mean is taken by the scores of the last days:
so a steady community is judged by its days, and one whose rate wanders by its last hour. Pure.
"""

from math import exp, log

from msgspec import Struct

QUARTER = 15
HALF_LIVES = (60, 6 * 60, 48 * 60)
"""Of the guesses, in minutes."""
DECAYS = tuple(0.5 ** (1 / minutes) for minutes in HALF_LIVES)
_FADES = [
    [(decay**n, (1 - decay**n) / (1 - decay)) for decay in DECAYS] for n in range(QUARTER + 1)
]
"""By minutes: of each guess, what is left of what it had, and what a steady 1 a minute adds."""
SCORES_DECAY = 0.5 ** (QUARTER / (48 * 60))
"""By the quarter of an hour: a score is of the last days."""
SHRINK = 8.0
"""Expected events at a level of one that each guess is mixed with."""
LEAST = 0.7
"""A level below it is not believed: after a holiday or an outage it is back at once."""


class Level(Struct):
    """Mutable. `expected` is of the profile alone, at a level of one."""

    seen: list[float]
    expected: list[float]
    scores: list[float]
    """Log-likelihoods beside the best guess's, which has 0."""

    @classmethod
    def empty(cls) -> "Level":
        """Before anything was seen: a level of one."""
        none = [0.0] * len(DECAYS)
        return cls(none.copy(), none.copy(), none.copy())

    def copy(self) -> "Level":
        """An independent copy."""
        return Level(self.seen.copy(), self.expected.copy(), self.scores.copy())

    def guesses(self) -> list[float]:
        """The level by each guess."""
        return [
            (seen + SHRINK) / (expected + SHRINK)
            for seen, expected in zip(self.seen, self.expected, strict=True)
        ]

    def present(self) -> float:
        """The level to judge by."""
        weights = [exp(score) for score in self.scores]
        weighed = sum(w * guess for w, guess in zip(weights, self.guesses(), strict=True))
        return max(LEAST, weighed / sum(weights))

    def learn(self, count: int, profile: float) -> None:
        """A minute with `count` events where the profile expects so many."""
        for i, decay in enumerate(DECAYS):
            self.seen[i] = self.seen[i] * decay + count
            self.expected[i] = self.expected[i] * decay + profile

    def learn_empty(self, minutes: int, profile: float) -> None:
        """Minutes without events, a quarter of an hour at most."""
        for i, (kept, added) in enumerate(_FADES[minutes]):
            self.seen[i] *= kept
            self.expected[i] = self.expected[i] * kept + profile * added

    def score(self, count: int, guessed: list[float], k: float) -> None:
        """A quarter held `count`; the guesses were of means, its dispersion is `k`."""
        scores = [
            score * SCORES_DECAY + _log_likelihood(count, mean, k)
            for score, mean in zip(self.scores, guessed, strict=True)
        ]
        best = max(scores)
        self.scores = [score - best for score in scores]


def _log_likelihood(count: int, mean: float, k: float) -> float:
    """Of a negative binomial count, but for what is the same for every mean."""
    return count * log(mean / (k + mean)) - k * log(k + mean)
