"""When to try again. Pure: the spread comes from the delivery's id, not from chance."""

from hashlib import blake2b

WAITS = (2, 5, 30, 120, 600, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds after each failed attempt; about three days in all, then it is given up."""
SPREAD = 0.2
LONGEST = 100_000
"""Seconds: no wait is as long, a receiver's own wish included."""


def wait(id_: str, attempts: int, asked: float) -> float | None:
    """Seconds until the next attempt, after `attempts` failed ones; None to give up.

    `asked` is the receiver's Retry-After: never sooner than that.
    """
    if attempts > len(WAITS):
        return None
    word = blake2b(f"{id_}/{attempts}".encode(), digest_size=4).digest()
    share = int.from_bytes(word) / 2**32
    return max(WAITS[attempts - 1] * (1 - SPREAD / 2 + SPREAD * share), asked)
