"""The shape of what an order would change."""

from pydantic import BaseModel, Field


class Standing(BaseModel):
    """A balance or a level, without the order and with it."""

    before: int
    after: int


class Sum(BaseModel):
    """Of an account what the order would take of all members."""

    taken: int
    stays: int = Field(
        default=0, description="Not taken: it has expired, or was lost in another way before."
    )


class Hit(BaseModel):
    """A member that it reaches."""

    member: int = Field(description="Token.")
    entries: int
    accounts: dict[str, Standing] = Field(description="Those that change.")
    levels: dict[str, Standing] = Field(description="Of ladders that change the rank, from 1.")
    badges: dict[str, int] = Field(
        description="Earned by what is taken back, and how often: they stay, being for deeds."
    )
    redeemed: dict[str, int] = Field(
        description="Rewards redeemed since the span began: they stay, and below 0 nothing more"
        " can be redeemed."
    )
    held: int = Field(description="Entries that a guard holds, which the order leaves alone.")


class BoardHit(BaseModel):
    """A period of a board."""

    board: str
    account: str
    period: str
    start: str | None = Field(description="The period's first local day; null of all time.")
    members: int
    taken: int


class Radius(BaseModel):
    """What an order would change. Nothing is written."""

    entries: int
    members: int
    known_at: int = Field(description="Position up to which actions were looked at.")
    accounts: dict[str, Sum]
    levels_lost: int = Field(description="Members who would stand lower on a ladder.")
    indebted: int = Field(description="Members who would have less than nothing of an account.")
    badges: dict[str, int] = Field(description="They stay.")
    redeemed: dict[str, int] = Field(description="They stay.")
    held: int
    boards: list[BoardHit] = Field(description="The latest periods first, 100 at the most.")
    rows: list[Hit] = Field(description="The members who lose the most, first.")
