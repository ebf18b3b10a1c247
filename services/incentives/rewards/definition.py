"""Rewards: what members get for what they have earned, and what it costs them."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from services.incentives.points.accounts import Title
from services.incentives.points.rules import LARGEST
from services.kit.runtime import clock


def _instant(text: str) -> str:
    clock.parse_rfc3339(text)
    return text


Moment = Annotated[str, Field(max_length=64), AfterValidator(_instant)]


class Reward(BaseModel):
    """A thing in the catalogue.

    `stock` is how many there are in all, those that are taken included: a later version raises it.
    What a policy grants (for a level, for a badge) takes nothing from the stock.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title = ""
    description: Title = ""
    kind: Literal["goods", "coupon", "access"] = Field(
        default="goods", description="A coupon has a code that an order names."
    )
    cost: dict[str, Annotated[int, Field(ge=1, le=LARGEST)]] = Field(
        default_factory=dict, max_length=20, description="Account -> amount."
    )
    stock: int | None = Field(default=None, ge=0, le=LARGEST, description="Absent: no limit.")
    per_member: int | None = Field(default=None, ge=1, le=10_000, description="For each member.")
    level: int | None = Field(default=None, ge=1, description="Rank on the first ladder, at least.")
    until: Moment | None = Field(default=None, description="RFC 3339; offered until then.")
    valid_days: int | None = Field(
        default=None, ge=1, le=3660, description="Local days after which it is worth nothing."
    )
    offered: bool = Field(default=True, description="False: granted and never redeemed.")

    def last_day(self, taken: int) -> int | None:
        """The last local day on which what was taken on a local day is worth something."""
        return None if self.valid_days is None else taken + self.valid_days
