"""Anniversaries: days since a member came, and years."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Anniversaries(BaseModel):
    """Which are told to bots, at the beginning of the member's local day."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    days: tuple[Annotated[int, Field(ge=1, le=36_500)], ...] = Field(
        default=(), max_length=50, description="Days since the member was first heard of."
    )
    yearly: bool = Field(default=True, description="And each year on that date.")
