"""What is shown of policy versions."""

from typing import Any

from pydantic import BaseModel, Field

from services.incentives.preview.commands import Both, Totals


class Version(BaseModel):
    """A published version."""

    version: int
    effective_from: str | None = Field(description="Null: since ever.")
    published_at: str
    position: int = Field(description="Of the publication in the log.")
    in_force: bool = Field(description="Whether it judges what happens now.")
    parts: int = Field(description="One, and one more for each dated part.")


class Versions(BaseModel):
    """Published versions, newest first."""

    items: list[Version]
    next: str | None


class Part(BaseModel):
    """A document in force from a time on; dated parts are put over what was before them."""

    effective_from: str | None
    document: dict[str, Any]


class Documents(BaseModel):
    """A version with its documents."""

    version: int
    published_at: str
    position: int
    parts: list[Part]


class Published(BaseModel):
    """The log has it; `position` for Hearth-Wait-For."""

    position: int
    published: bool = Field(description="False where the same was published last.")


class Changed(BaseModel):
    """A member of whom something would differ."""

    member: str
    accounts: dict[str, Both] = Field(description="Each account, also where it stays.")
    levels: dict[str, Both] = Field(description="Of each ladder the rank, from 1.")
    badges: dict[str, Both] = Field(description="How many, of those badges that differ.")


class Previewed(BaseModel):
    """Who would gain and lose under a draft."""

    position: int = Field(description="Up to which both sides have folded.")
    raised: int = Field(description="Actions that the draft's rules could not be applied to.")
    totals: Totals
    changes: list[Changed] = Field(description="The largest first.")
    more: int = Field(description="Further members of whom something differs.")
