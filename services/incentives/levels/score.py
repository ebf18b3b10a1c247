"""A score of a ladder: how good what a member gave was, times how often the member was there."""

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.incentives.levels.kinds import Counted
from services.incentives.levels.need import Ground, Need


class Term(BaseModel):
    """A number of the member, and what one of it is worth."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weight: int = Field(default=1, ge=1, le=1_000_000)
    of: Counted


class Score(BaseModel):
    """Quality times frequency: neither much that nobody values nor one lucky hit goes far."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    quality: tuple[Term, ...] = Field(min_length=1, max_length=10, description="Added up.")
    frequency: Counted = Field(description="Such as the different days with a post.")

    @model_validator(mode="after")
    def _counts_only(self) -> "Score":
        if any(need.asks() for need in self.needs()):
            raise ValueError("a score counts; how much of it is asked is at_least of the levels")
        return self

    def needs(self) -> list[Need]:
        """All that it counts."""
        return [*(term.of for term in self.quality), self.frequency]

    def value(self, ground: Ground) -> int:
        """The member's score."""
        quality = sum(term.weight * term.of.have(ground) for term in self.quality)
        return int(quality * self.frequency.have(ground))
