"""Quests: steps to be taken, in order or not, within days or every week, for a reward."""

from collections.abc import Iterator, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.incentives.points.accounts import Title
from services.incentives.points.rules import LARGEST
from services.incentives.quests.kinds import AnyStep


class Quest(BaseModel):
    """What has to be done, for whom, until when, and what for.

    What is done counts by the order of the log, and is not taken out again where a post is taken
    back; the reward is, with what completed the quest.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title = ""
    starts: Literal["joining", "first-action", "any"] = Field(
        default="any",
        description="joining: by coming into the community; first-action: on the first local day"
        " of acting; any: with whatever the member does next.",
    )
    after: tuple[str, ...] = Field(default=(), description="Quests to be completed before.")
    days: int | None = Field(default=None, ge=1, le=3650, description="Then it expires.")
    every: Literal["week"] | None = Field(default=None, description="Anew each local week.")
    in_order: bool = Field(default=True, description="Whether one step waits for the other.")
    steps: tuple[AnyStep, ...] = Field(min_length=1, max_length=20)
    gives: dict[str, int] = Field(default_factory=dict, description="Account -> amount.")
    badge: str | None = Field(default=None, description="A badge of this policy.")

    @model_validator(mode="after")
    def _fits(self) -> "Quest":
        if not all(0 < amount <= LARGEST for amount in self.gives.values()):
            raise ValueError(f"gives more than 0 and at most {LARGEST} of an account")
        if self.every and (self.days is not None or self.starts != "any"):
            raise ValueError("what begins anew each week ends with it: no days, and starts: any")
        return self

    def names(self) -> Iterator[tuple[str, str]]:
        """What it names elsewhere in the policy: section and name."""
        yield from (("quests", name) for name in self.after)
        yield from (("accounts", name) for name in self.gives)
        if self.badge is not None:
            yield "badges", self.badge
        for step in self.steps:
            yield from step.names()


def circle(quests: Mapping[str, Quest]) -> list[str] | None:
    """Quests that wait for each other, as a way back to the first; None where there are none."""
    clear: set[str] = set()

    def follow(name: str, way: list[str]) -> list[str] | None:
        if name in way:
            return [*way[way.index(name) :], name]
        if name in clear or name not in quests:
            return None
        for other in quests[name].after:
            if (found := follow(other, [*way, name])) is not None:
                return found
        clear.add(name)
        return None

    return next((found for name in quests if (found := follow(name, [])) is not None), None)


def depth(quests: Mapping[str, Quest], name: str) -> int:
    """How many quests stand before one at most; there is no circle."""
    return max((1 + depth(quests, other) for other in quests[name].after), default=0)
