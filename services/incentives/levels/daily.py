"""What needs keep of a member: sums by day, and different values with the day of each. Pure."""

from hashlib import blake2b
from typing import Any

Kept = Any
"""Sums: a number, or by local day where a window is asked. Values: each with its latest day."""


def added(kept: Kept, day: int, amount: int, days: int | None) -> Kept:
    """A sum with an amount of a day. Days that have left the window are let go of."""
    if days is None:
        return (kept or 0) + amount
    daily = kept or {}
    newest = max(day, max(daily, default=day))
    if day > newest - days:
        daily[day] = daily.get(day, 0) + amount
    for old in [on for on in daily if on <= newest - days]:
        del daily[old]
    return daily


def summed(kept: Kept, day: int, days: int | None) -> int:
    """The sum, of the days up to a day or of all."""
    if kept is None or days is None:
        return int(kept or 0)
    day = max(day, max(kept, default=day))  # done to it, maybe, on days without a deed of its own
    return sum(amount for on, amount in kept.items() if on > day - days)


def seen(kept: Kept, value: int, day: int, most: int) -> Kept:
    """Different values with one of a day; the `most` that were seen last are kept.

    Whether there are `most` within a window is told exactly by those.
    """
    values = kept or {}
    values[value] = max(day, values.get(value, day))
    if len(values) > most:
        del values[min(values, key=lambda each: (values[each], each))]
    return values


def different(kept: Kept, day: int, days: int | None) -> int:
    """How many different values, of the days up to a day or of all."""
    if kept is None or days is None:
        return len(kept or ())
    day = max(day, max(kept.values(), default=day))
    return sum(on > day - days for on in kept.values())


def short(text: str) -> int:
    """A text as a number of 63 bits."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1
