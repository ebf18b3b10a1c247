"""A part of an order: the entries of one member that it is about."""

from dataclasses import dataclass, field
from enum import IntEnum

from services.incentives.points.lots import Lot
from services.incentives.points.original import Original
from services.incentives.policy.bind import ADJUSTED, START

UNEARNED = (START, ADJUSTED)
"""Rules of what nobody earned: what a member begins with, and what was given by hand."""
MOST = 200
"""Positions in one part, so that no step of the fold is long."""


class State(IntEnum):
    """What a row of `reversal` says of a part."""

    ORDERED = 0
    UNDONE = 1


@dataclass(slots=True)
class Taken:
    """An entry and, where an order took it back, how much and out of which lots."""

    original: Original
    amount: int = 0
    lots: list[Lot] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """What `load` has found for one action."""

    entries: list[Taken] = field(default_factory=list)
    why_not: str | None = None
    """Why nothing is done: the log has outrun who ordered it."""

    @property
    def earliest(self) -> int | None:
        """The time of its first entry."""
        return min((each.original.at for each in self.entries), default=None)
