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


class Maturing(BaseModel):
    """What is put aside day by day and paid when the streak is long enough; lost when it breaks.

    Until then it counts nowhere. With `again` the next begins when one has been paid.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    after: int = Field(ge=2, le=10_000, description="Days or weeks in the streak.")
    each: dict[str, int] = Field(min_length=1, description="Account -> amount put aside each time.")
    bonus: dict[str, int] = Field(default_factory=dict, description="Paid on top.")
    again: bool = False

    @model_validator(mode="after")
    def _in_bounds(self) -> "Maturing":
        if not all(0 < amount <= LARGEST // 10_000 for amount in self.each.values()):
            raise ValueError(
                f"puts aside more than 0 and at most {LARGEST // 10_000} of an account"
            )
        if not all(0 < amount <= LARGEST // 2 for amount in self.bonus.values()):
            raise ValueError(f"pays more than 0 and at most {LARGEST // 2} of an account on top")
        return self

    def put_aside(self, times: int) -> dict[str, int]:
        """What has been put aside after so many times."""
        return {account: amount * times for account, amount in self.each.items()}

    def pays(self) -> dict[str, int]:
        """What is paid in the end."""
        whole = self.put_aside(self.after)
        for account, amount in self.bonus.items():
            whole[account] = whole.get(account, 0) + amount
        return whole

    def running(self, length: int) -> int:
        """How often something has been put aside for what comes next, in a streak of a length."""
        if self.again:
            return length % self.after
        return length if length < self.after else 0


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
    maturing: Maturing | None = Field(
        default=None, description="Paid after so many, lost on a break: 打卡返现."
    )

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
        found = {account for each in self.milestones for account in each.gives}
        return found if self.maturing is None else found | self.maturing.pays().keys()
