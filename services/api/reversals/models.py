"""What is asked and told of reversals."""

from pydantic import BaseModel, Field

from services.incentives.reversals import commands, view

NAME = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"


class Order(commands.Selection):
    """An order, and what names it."""

    reversal: str = Field(
        pattern=NAME, description="Names it for ever: sent again, it is the same order."
    )
    entries: int | None = Field(
        default=None,
        ge=0,
        strict=True,
        description="How many entries the preview told of; refused where it is not as many now.",
    )
    reason: str | None = Field(default=None, min_length=1, max_length=64, pattern=r"^[^\x00]+$")
    by: str | None = Field(default=None, min_length=1, max_length=64, pattern=r"^[^\x00]+$")


class Ordered(BaseModel):
    """The log has the order; `position` for Hearth-Wait-For."""

    reversal: str
    members: int
    parts: int = Field(description="Actions that were appended: 0 where it had been done before.")
    position: int


class HitShown(commands.Hit):
    """A member that an order would reach."""

    member: str  # type: ignore[assignment]


class RadiusShown(commands.Radius):
    """What an order would change. Nothing is written."""

    rows: list[HitShown]  # type: ignore[assignment]


class Reversals(BaseModel):
    """A page of orders, the latest first."""

    items: list[view.ReversalView]
    next: str | None


class OfMemberShown(view.OfMember):
    """What an order has left with a member: below 0 what it took."""

    member: str  # type: ignore[assignment]


class ReversalShown(view.ReversalView):
    """An order, and a page of whom it reached."""

    items: list[OfMemberShown]
    next: str | None
