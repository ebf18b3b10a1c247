"""What was read of the board of an account of many: leaves beside each other. Pure."""

from bisect import bisect_left, bisect_right
from typing import Any, NamedTuple

from services.incentives.boards.page import Asked, Row, ranked
from services.incentives.boards.pairs import Key, in_order
from services.incentives.boards.tree import LEAST

LAST = 2**63 - 1


class Wanted(NamedTuple):
    """The score and tie where reading begins, and how many leaves above and from there down.

    Without a score it begins at the member of that tie.
    """

    score: int | None
    tie: int
    above: int
    below: int


def wanted(asked: Asked, wide: int) -> Wanted:
    """What to read for what is asked; `wide` times of what mostly suffices."""
    if asked.around is not None:
        above = wide * (1 + asked.reach // LEAST)
        return Wanted(None, ~asked.around, above, above + 1)
    below = wide * (2 + asked.limit // LEAST)
    return Wanted(*_first(asked), 0, below)


def _first(asked: Asked) -> Key:
    return (asked.after[0], ~asked.after[1]) if asked.after else (LAST, LAST)


class Run:
    """The leaves that one row has, lowest first, and the members in them."""

    def __init__(self, row: Any) -> None:
        self._row = row
        self._lows: list[Key] = list(zip(row["lows"], row["ties"], strict=True))
        self._keys = [key for held in row["held"] for key in in_order(held)]

    def part(self, asked: Asked, read: Wanted) -> tuple[int, int, bool]:
        """Begin and end of what is asked for, and whether that is all there is of it."""
        keys, lows = self._keys, self._lows
        if asked.around is None:
            stop = bisect_left(keys, _first(asked))
            whole = stop >= asked.limit or len(lows) < read.below
            return max(0, stop - asked.limit), stop, whole
        own = next((key for key in keys if key[1] == read.tie), None)
        if own is None:
            return 0, 0, True
        at, under = bisect_left(keys, own), bisect_right(lows, own)
        following = len(keys) - 1 - at
        below = at >= asked.reach or under < read.below
        above = following >= asked.reach or len(lows) - under < read.above
        stop = min(len(keys), at + asked.reach + 1)
        return max(0, at - asked.reach), stop, below and above

    def rows(self, start: int, stop: int) -> list[Row]:
        """The rows of a part, the highest first."""
        shown, row = self._keys[start:stop][::-1], self._row
        if not shown:
            return []
        value, size = shown[0][0], len(self._keys)
        higher = row["above"] + size - bisect_right(self._keys, (value, LAST))
        if value == row["following"]:
            # Others with as much stand above all of the run.
            edge = in_order(row["edge"])
            higher = row["above_edge"] + len(edge) - bisect_right(edge, (value, LAST))
        return ranked(shown, row["above"] + size - stop, higher)
