"""Tiers: where a member stands in a community as a whole, judged as each local day closes."""

from typing import Annotated, Literal

from annotated_types import Len
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

TIERS = ("ordinary", "potential", "active", "core")
STAGES = ("awareness", "interest", "decision", "loyalty", "at-risk", "lost")
PERSONAS = ("none", "price-hunter", "quality", "experience")
TITLES = {
    "ordinary": {"en": "Ordinary", "zh": "普通"},
    "potential": {"en": "Potential", "zh": "潜力"},
    "active": {"en": "Active", "zh": "活跃"},
    "core": {"en": "Core", "zh": "核心"},
    "awareness": {"en": "Awareness", "zh": "认知"},
    "interest": {"en": "Interest", "zh": "兴趣"},
    "decision": {"en": "Decision", "zh": "决策"},
    "loyalty": {"en": "Loyalty", "zh": "忠诚"},
    "at-risk": {"en": "At risk", "zh": "流失风险"},
    "lost": {"en": "Lost", "zh": "已流失"},
    "price-hunter": {"en": "Price hunter", "zh": "价格猎手"},
    "quality": {"en": "Quality devotee", "zh": "品质控"},
    "experience": {"en": "Experience seeker", "zh": "体验派"},
}


def _ascends(steps: tuple[int, ...]) -> tuple[int, ...]:
    if list(steps) != sorted(set(steps)):
        raise ValueError("the four steps go upwards")
    return steps


Steps = Annotated[
    tuple[Annotated[int, Field(ge=0, le=2**53)], ...], Len(4, 4), AfterValidator(_ascends)
]
"""Where a score of 1 ends and 2, 3, 4, 5 begin."""


class Cutoffs(BaseModel):
    """How few are scored: by steps, since fifths of a handful say nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    recency: Steps = Field(default=(7, 30, 60, 120), description="Days; more is worse.")
    frequency: Steps = Field(default=(2, 3, 5, 8), description="Orders, or contributions.")
    money: Steps = Field(
        default=(10_000, 50_000, 150_000, 500_000), description="In minor units of the currency."
    )
    received: Steps = Field(
        default=(2, 5, 15, 40), description="In the place of money where nothing is sold."
    )
    interaction: Steps = Field(default=(2, 5, 15, 40), description="Actions.")
    influence: Steps = Field(default=(2, 5, 10, 25), description="Members who answered or liked.")


class Demand(BaseModel):
    """Scores that have to be reached, all of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: int = Field(default=0, ge=0, le=15, description="Recency, frequency, money together.")
    interaction: int = Field(default=0, ge=0, le=5)
    influence: int = Field(default=0, ge=0, le=5)


Demands = Annotated[tuple[Demand, ...], Field(min_length=1, max_length=10)]
"""Any one of them is enough."""


class Lifecycle(BaseModel):
    """When a member is loyal, at risk, lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    loyal: int = Field(default=3, ge=2, le=1000, description="Orders, or contributions.")
    at_risk_days: int = Field(default=30, ge=1, le=400, description="Without any action.")
    lost_days: int = Field(default=90, ge=2, le=400)

    @model_validator(mode="after")
    def _in_order(self) -> "Lifecycle":
        if self.at_risk_days >= self.lost_days:
            raise ValueError("at_risk_days comes before lost_days")
        return self


class PriceHunter(BaseModel):
    """Buys where there is a coupon or a campaign."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    orders: int = Field(default=3, ge=1, le=1000)
    share: float = Field(default=0.6, gt=0, le=1, description="Of orders with coupon or campaign.")


class Quality(BaseModel):
    """Pays more for an order than others do."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    orders: int = Field(default=2, ge=1, le=1000)
    times_mean: float = Field(
        default=1.5, ge=1, le=100, description="An order of the member, of the community's mean."
    )


class Experience(BaseModel):
    """Comes to what is offered to take part in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    attended: int = Field(default=3, ge=1, le=1000, description="Activities, courses completed.")


class Personas(BaseModel):
    """The first whose rule holds is the member's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    price_hunter: PriceHunter = PriceHunter()
    quality: Quality = Quality()
    experience: Experience = Experience()


class Tiers(BaseModel):
    """Value (recency, frequency, money), interaction and influence give a member's tier."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: Literal["auto", "commerce", "contribution"] = Field(
        default="auto",
        description="commerce: by orders; contribution: by what was written and what it received;"
        " auto: by orders where there are any.",
    )
    days: int = Field(default=365, ge=7, le=400, description="Of value: the last so many days.")
    interaction_days: int = Field(default=90, ge=1, le=400)
    currency: str | None = Field(
        default=None, pattern="^[A-Z]{3}$", description="Only orders in it; absent: all of them."
    )
    fifths_from: int = Field(
        default=20, ge=5, le=1_000_000, description="With fewer to be scored, cut-offs score."
    )
    cutoffs: Cutoffs = Cutoffs()
    potential: Demands = (Demand(value=6), Demand(interaction=3))
    active: Demands = (Demand(value=9), Demand(interaction=4, influence=3))
    core: Demands = (Demand(value=12, interaction=4), Demand(value=12, influence=4))
    lifecycle: Lifecycle = Lifecycle()
    personas: Personas = Personas()

    def demands(self) -> list[tuple[int, int, int, int]]:
        """Tier, value, interaction, influence of each way to a tier."""
        ways = ((1, self.potential), (2, self.active), (3, self.core))
        return [
            (tier, each.value, each.interaction, each.influence)
            for tier, demands in ways
            for each in demands
        ]
