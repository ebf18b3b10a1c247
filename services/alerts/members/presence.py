"""Who is present, by joining, leaving and acting. Pure.

A member's entry is None (never seen), the instant since when present, or -1 - the instant of
leaving. A change answers the new entry and the instants at which the number present rises and
falls, so that it can be counted in the right buckets, late events included.
"""

from typing import NamedTuple


class Change(NamedTuple):
    """`rises` and `falls` are instants; `entry` what is remembered."""

    entry: int
    rises: int | None = None
    falls: int | None = None


def acted(entry: int | None, at: int) -> Change | None:
    """The member joined, or was seen acting."""
    if entry is None:
        return Change(at, rises=at)
    if entry >= 0:
        # Seen earlier than thought: the rise moves back.
        return Change(at, rises=at, falls=entry) if at < entry else None
    return Change(at, rises=at) if at > -1 - entry else None


def left(entry: int | None, at: int) -> Change | None:
    """The member left, or became staff or a bot."""
    if entry is None:
        return Change(-1 - at)
    if entry >= 0 and at >= entry:
        return Change(-1 - at, falls=at)
    return None
