"""Boards: ranked lists of an account."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.incentives.points.accounts import Title

Period = Literal["day", "week", "month", "all"]
PERIODS: tuple[Period, ...] = ("day", "week", "month", "all")


class Board(BaseModel):
    """A ranked list. Every account has one under its own name; here it gets others and titles."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title = ""
    account: str = "points"
    period: Period = Field(default="all", description="What is shown where nothing is asked.")
