"""Whether a member may have a reward. Pure: what is known comes in, holds taken off."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from services.incentives.rewards.definition import Reward
from services.kit.runtime import clock


class Reason(StrEnum):
    """Why not, as titles of what the caller is told."""

    NOT_OFFERED = "Not on offer"
    DEBT = "In debt"
    LEVEL = "Level too low"
    LIMIT = "Limit reached"
    STOCK = "Out of stock"
    BALANCE = "Not enough"
    TAKEN = "Redemption id taken"


class Refusal(NamedTuple):
    """Why not, in a word and in a sentence."""

    reason: Reason
    detail: str


class Standing(NamedTuple):
    """A member before a reward."""

    available: Mapping[str, int]
    """Of each account what may be spent now: above its floor, neither held nor expired."""
    debts: Mapping[str, int]
    """Of each account how far a reversal has taken it below its floor; those with none left out."""
    level: int
    """Rank on the first ladder, from 1."""
    taken: int
    """How many of the reward are taken by all."""
    own: int
    """How many of them by the member."""


def refusal(reward: Reward, standing: Standing, now: int) -> Refusal | None:
    """Why the member may not have it; None where the member may."""
    if not reward.offered or (reward.until and now >= clock.parse_rfc3339(reward.until)):
        return Refusal(Reason.NOT_OFFERED, "it cannot be redeemed, or no longer")
    for account, debt in standing.debts.items():
        return Refusal(Reason.DEBT, f"{debt} of {account} have to be earned back first")
    if reward.level is not None and standing.level < reward.level:
        detail = f"it is for level {reward.level} and above, the member has {standing.level}"
        return Refusal(Reason.LEVEL, detail)
    if reward.per_member is not None and standing.own >= reward.per_member:
        return Refusal(Reason.LIMIT, f"each member may have {reward.per_member}")
    if reward.stock is not None and standing.taken >= reward.stock:
        return Refusal(Reason.STOCK, f"all {reward.stock} are taken")
    for account, cost in reward.cost.items():
        there = standing.available.get(account, 0)
        if there < cost:
            return Refusal(
                Reason.BALANCE, f"it costs {cost} of {account}, {max(0, there)} are available"
            )
    return None


def spendable(balance: int, floor: int | None, gone: int, held: int) -> int:
    """What of a balance may be spent: above the floor (and above 0), less what has expired by
    today though the log has not moved on, less what is held. May be below 0."""
    return balance - max(floor or 0, 0) - gone - held


def debt(balance: int, floor: int | None, spent: int) -> int:
    """How far a reversal has taken a balance below its floor, which is never further than what was
    spent; 0 without a floor."""
    return 0 if floor is None else max(0, min(floor - balance, spent))
