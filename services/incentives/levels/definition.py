"""Ladders: ordered levels, each with what it asks of a member."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.incentives.points.accounts import Title
from services.incentives.points.rules import ActionType

NINE = ("青铜", "白银", "黄金", "铂金", "钻石", "星耀", "大师", "宗师", "王者")
"""The default ladder."""


class Count(BaseModel):
    """At least so many of an action, by the member or about what the member wrote."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    count: ActionType
    kind: str | None = Field(default=None, description="Only actions with this data.kind.")
    received: bool = Field(default=False, description="Done to what the member wrote.")
    at_least: int = Field(ge=1)
    days: int | None = Field(default=None, ge=1, le=400, description="In the last so many days.")


class ActiveDays(BaseModel):
    """At least so many different local days on which the member acted."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    active_days: int = Field(ge=1)
    days: int | None = Field(default=None, ge=1, le=400, description="Of the last so many days.")


class Level(BaseModel):
    """One rung."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: Title = ""
    at_least: int = Field(default=0, description="Of the ladder's account.")
    needs: tuple[Count | ActiveDays, ...] = ()
    privileges: tuple[str, ...] = ()
    grants: tuple[str, ...] = Field(
        default=(), description="Rewards that whoever reaches it is given, once."
    )


class Ladder(BaseModel):
    """Ordered levels, lowest first. A member's level is the highest whose demands all hold.

    `demotion`: with `never` a level once reached is kept; with `rolling` it is lost when its
    demands no longer hold; with `grace` only when they have not held for `grace_days`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title = ""
    account: str = "growth"
    measure: Literal["earned", "balance", "gained"] = Field(
        default="earned",
        description="All that was ever earned, what is left of it, or what was gained in `days`.",
    )
    days: int | None = Field(
        default=None, ge=1, le=400, description="For `gained`: the last so many local days."
    )
    demotion: Literal["never", "rolling", "grace"] = "never"
    grace_days: int = Field(default=14, ge=1, le=400)
    soft_landing_days: int | None = Field(
        default=None,
        ge=1,
        le=400,
        description="A level is lost one at a time, and the one below is kept for so many days;"
        " absent: it goes to the level whose demands hold.",
    )
    levels: tuple[Level, ...] = Field(min_length=1, max_length=100)

    def privileges(self, rank: int) -> list[str]:
        """What a rank (from 0) brings, that of the ranks below it first, each once."""
        reached = self.levels[: rank + 1]
        return list(dict.fromkeys(each for level in reached for each in level.privileges))

    def granted(self) -> set[str]:
        """The rewards that its levels grant."""
        return {reward for level in self.levels for reward in level.grants}

    @model_validator(mode="after")
    def _ascends(self) -> "Ladder":
        steps = [level.at_least for level in self.levels]
        if steps != sorted(steps):
            raise ValueError("levels go upwards: at_least must not fall from one to the next")
        if self.levels[0].needs:
            raise ValueError("the first level is everybody's and asks for nothing")
        if (self.measure == "gained") != (self.days is not None):
            raise ValueError("measure: gained and days belong together")
        if self.soft_landing_days and self.demotion == "never":
            raise ValueError("soft_landing_days is for a ladder with demotion")
        return self
