"""Ladders: ordered levels, each with what it asks of a member."""

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from services.incentives.levels.kinds import AnyNeed
from services.incentives.levels.need import Need
from services.incentives.levels.score import Score
from services.incentives.points.accounts import Title

NINE = ("青铜", "白银", "黄金", "铂金", "钻石", "星耀", "大师", "宗师", "王者")
"""The default ladder."""
PLACED = "placed"
"""The context of a validation after which what belongs together is looked at place by place."""


class Level(BaseModel):
    """One rung.

    On a ladder with demotion `kept` makes an exception of a rung, `held_days` keeps it so long
    after it was reached, and `loses_below` lets whoever stands on it fall short of a need that is
    counted in days, so that nobody goes up and down all the time.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    title: Title = ""
    at_least: int = Field(default=0, description="Of the ladder's account, or of its score.")
    needs: tuple[AnyNeed, ...] = ()
    privileges: tuple[str, ...] = ()
    grants: tuple[str, ...] = Field(
        default=(), description="Rewards that whoever reaches it is given, once."
    )
    kept: bool = Field(
        default=False, description="Nobody who stood on it, or above, falls below it."
    )
    held_days: int = Field(default=0, ge=0, le=400, description="Kept so long in any case.")
    loses_below: float = Field(
        default=1, gt=0, le=1, description="Share of a need in days that keeps the rung."
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
    score: Score | None = Field(
        default=None, description="What the levels' at_least is of, in the place of an account."
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

    def names(self) -> Iterator[tuple[str, str]]:
        """What it names elsewhere in the policy: section and name."""
        if self.score is None:
            yield "accounts", self.account
        for level in self.levels:
            yield from (("rewards", name) for name in level.grants)

    def needs(self) -> Iterator[Need]:
        """All that has to be counted for it."""
        if self.score is not None:
            yield from self.score.needs()
        for level in self.levels:
            yield from level.needs

    @model_validator(mode="after")
    def _ascends(self, info: ValidationInfo) -> "Ladder":
        if (self.measure == "gained") != (self.days is not None):
            raise ValueError("measure: gained and days belong together")
        if self.score is not None and self.days is not None:
            raise ValueError("a score has the place of an account: it goes without measure: gained")
        if self.soft_landing_days and self.demotion == "never":
            raise ValueError("soft_landing_days is for a ladder with demotion")
        if info.context == PLACED:
            return self
        steps = [level.at_least for level in self.levels]
        if steps != sorted(steps):
            raise ValueError("levels go upwards: at_least must not fall from one to the next")
        if self.levels[0].needs:
            raise ValueError("the first level is everybody's and asks for nothing")
        return self
