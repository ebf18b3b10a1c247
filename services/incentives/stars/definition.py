"""Stars: who stands at the top of a board when its week or month is closed."""

from collections.abc import Iterator
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from services.incentives.points.accounts import Title
from services.incentives.points.rules import LARGEST

Per = Literal["week", "month"]
WINDOWS: dict[Per, int] = {"week": 1, "month": 2}
"""Of a period its place among the windows of a local day."""


class Star(BaseModel):
    """A title for the best of a week or a month, such as 阅读之星.

    A period is closed 24 hours after its end; what comes later takes no star away.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title = ""
    description: Title = ""
    board: str = Field(description="A board of this policy, or an account.")
    per: Per = Field(default="month", description="What is closed.")
    top: int = Field(default=1, ge=1, le=100, description="Ranks that are stars.")
    at_least: int = Field(default=1, ge=1, le=LARGEST, description="Nobody is a star with less.")
    ties: Literal["share", "earliest"] = Field(
        default="share",
        description="share: whoever has the same rank is a star too (where that makes over 100,"
        " none of that rank is); earliest: of equals those whose score has stood for longest.",
    )
    without: tuple[str, ...] = Field(
        default=("staff", "bot"), max_length=20, description="Who has such a role is left out."
    )
    badge: str | None = Field(default=None, description="A badge of this policy.")
    grants: tuple[str, ...] = Field(default=(), description="Rewards, for each time.")
    certificate: bool = Field(default=True, description="Whether it can be had as a certificate.")

    def names(self) -> Iterator[tuple[str, str]]:
        """What it names elsewhere in the policy: section and name."""
        yield "boards", self.board
        if self.badge is not None:
            yield "badges", self.badge
        yield from (("rewards", each) for each in self.grants)
