"""Referrals: what members bring whoever invited them, and those who invited these."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.incentives.points.accounts import Title
from services.incentives.points.rules import LARGEST, ActionType, Share
from services.incentives.policy.conditions import When

MOST_STEPS = 5
"""Links of a chain that are followed."""

Gain = Annotated[int, Field(ge=1, le=LARGEST)] | Share


class Referral(BaseModel):
    """What an action of an invited member brings along the chain of inviters, nearest first.

    Who invited a member is whom the first `invite.accepted` or `member.joined` names, for ever. Of
    a group buy the chain begins with whom the order names as referrer. It is undone with its cause,
    in part where a part of an order is paid back, and the policy's guards see to it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title = ""
    on: ActionType | tuple[ActionType, ...] = "order.paid"
    when: When = Field(default_factory=dict)
    begins: Literal["inviter", "referrer"] = Field(
        default="inviter",
        description="referrer: with whom the action names as referrer; where it names nobody, and"
        " with inviter always, with who invited the member.",
    )
    gives: tuple[dict[str, Gain], ...] = Field(
        min_length=1,
        max_length=MOST_STEPS,
        description="Account -> amount: for the first of the chain, for the next, and so on.",
    )
    days: int | None = Field(
        default=None, ge=1, le=3660, description="So long after the invitation; absent: for ever."
    )
    once: bool = Field(default=False, description="Only the first such action of each member.")

    def types(self) -> tuple[str, ...]:
        """The action types it listens to."""
        return (self.on,) if isinstance(self.on, str) else self.on

    def names(self) -> Iterator[tuple[str, str]]:
        """What it names elsewhere in the policy: section and name."""
        yield from (("accounts", account) for step in self.gives for account in step)
