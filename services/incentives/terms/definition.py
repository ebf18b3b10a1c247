"""Roles with a term: partner of the week, rotating host 轮值群主, ambassador, seed member."""

from pydantic import BaseModel, ConfigDict, Field

from services.incentives.points.accounts import Title
from services.incentives.spaces.definition import Privilege


class Role(BaseModel):
    """A role whose terms are kept, each with what it brought."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title = ""
    days: int | None = Field(
        default=None, ge=1, le=3650, description="How long, where an appointment names no end."
    )
    privileges: tuple[Privilege, ...] = Field(default=(), description="What holding it brings.")
