"""Streaks: doing something on one local day after another, or in one week after another."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.incentives.points.accounts import Title
from services.incentives.points.rules import LARGEST, ActionType
from services.incentives.policy.conditions import When


class MakeUp(BaseModel):
    """Missed days (or weeks) that do not end a streak. They do not lengthen it either."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    most: int = Field(ge=1, le=31, description="How many in each week or month.")
    per: Literal["week", "month"] = "month"


class Milestone(BaseModel):
    """What a streak of a length gives: once in a streak, or at each multiple of the length."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: int = Field(ge=2, le=10_000, description="Days or weeks.")
    every: bool = Field(default=False, description="Again at each multiple.")
    gives: dict[str, int] = Field(min_length=1, description="Account -> amount.")

    @model_validator(mode="after")
    def _in_bounds(self) -> "Milestone":
        if not all(0 < amount <= LARGEST for amount in self.gives.values()):
            raise ValueError(f"gives more than 0 and at most {LARGEST} of an account")
        return self


class Streak(BaseModel):
    """What has to be done, how often, what may be missed, and what lengths give.

    An action counts on its own local day, however late it arrives; one that fills a gap joins the
    streaks on both sides. Taking a post back takes back what it gave and not the day.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title = ""
    on: ActionType | tuple[ActionType, ...] = "member.checked_in"
    when: When = Field(default_factory=dict)
    per: Literal["day", "week"] = "day"
    make_up: MakeUp | None = None
    milestones: tuple[Milestone, ...] = ()

    @model_validator(mode="after")
    def _differ(self) -> "Streak":
        lengths = [each.at for each in self.milestones]
        if len(set(lengths)) < len(lengths):
            raise ValueError("two milestones have the same length")
        if self.make_up and self.per == "week" and self.make_up.per == "week":
            raise ValueError("a missed week cannot be made up within its own week; say per: month")
        return self

    def types(self) -> tuple[str, ...]:
        """The action types it listens to."""
        return (self.on,) if isinstance(self.on, str) else self.on

    def accounts(self) -> set[str]:
        """The accounts it gives to."""
        return {account for each in self.milestones for account in each.gives}
