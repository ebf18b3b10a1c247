"""What is asked of a board, and what it answers."""

from collections.abc import Iterable
from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, Field

from services.incentives.boards.definition import Period
from services.incentives.boards.pairs import Key


class Row(BaseModel):
    """One place of a board; equal values share a rank."""

    rank: int
    member: int = Field(description="Token.")
    value: int


class BoardPage(BaseModel):
    """A part of a board."""

    board: str
    account: str
    title: Any = ""
    period: Period
    start: str | None = Field(description="Beginning of the period, RFC 3339; null for all time.")
    end: str | None
    members: int = Field(description="How many stand on the board.")
    rows: list[Row]
    next: tuple[int, int] | None = Field(
        default=None, description="Value and member to go on after; null at the end."
    )
    source: Literal["live", "ledger"] = Field(
        default="live", description="Whether read from the live board or added up from entries."
    )


class Asked(NamedTuple):
    """What of a board is wanted: by the period of an instant, as of an instant."""

    period: Period | None = None
    at: int | None = None
    around: int | None = None
    as_of: int | None = None
    after: tuple[int, int] | None = None
    limit: int = 20

    @property
    def reach(self) -> int:
        """How many neighbours on each side."""
        return max(1, (self.limit - 1) // 2)


class Place(NamedTuple):
    """A board in the tables: of an account by its name, of the period that begins on day `key`."""

    community: int
    account: str
    period: int
    name: Period
    key: int
    span: tuple[int, int]
    """Begin and end of the period as instants."""

    @property
    def columns(self) -> dict[str, str]:
        """Of `balance` the column of the scores and that of their period, for queries."""
        return {"period": self.name, "key": "0" if self.name == "all" else f"{self.name}_key"}


class Found(NamedTuple):
    """What was found of a board: the period that it shows, how many stand on it, rows asked for.

    The rows are of the period that was asked for, or none.
    """

    key: int
    members: int
    rows: list[Row]


def ranked(keys: Iterable[Key], before: int, higher: int) -> list[Row]:
    """Rows of neighbouring keys, the highest first.

    `before` members stand before the first, and `higher` have more than the first.
    """
    rows: list[Row] = []
    rank = higher + 1
    for n, (value, tie) in enumerate(keys):
        if rows and value != rows[-1].value:
            rank = before + n + 1
        rows.append(Row(rank=rank, member=~tie, value=value))
    return rows
