"""The catalogue, what members took and were given, and what they could still spend."""

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel, Field

from services.incentives.points.lots import lots_of
from services.incentives.policy import view as policies
from services.incentives.policy.document import Incentives
from services.incentives.rewards.definition import Reward
from services.incentives.rewards.loading import Ground
from services.incentives.rewards.redemption import OPEN, State
from services.incentives.rewards.store import unpack
from services.incentives.state import Member, Words
from services.kit.projection.definition import Connection
from services.kit.runtime import clock, sql

Q = sql.load(__file__)
EVER = 2**62
BEHIND_ALL = (EVER, EVER, "")


class RewardView(BaseModel):
    """A reward as it is offered."""

    reward: str
    title: Any = ""
    description: Any = ""
    kind: str
    cost: dict[str, int]
    stock: int | None = Field(description="Of all that ever were; null without a limit.")
    left: int | None = Field(description="Neither taken nor held; null without a limit.")
    taken: int
    per_member: int | None
    level: int | None = Field(description="Rank on the first ladder, at least.")
    until: str | None
    valid_days: int | None
    offered: bool = Field(description="False: granted, never redeemed, or no longer.")


class RedemptionView(BaseModel):
    """What a member took or was given."""

    redemption: str
    reward: str
    state: str = Field(description="redeemed, granted, fulfilled, cancelled, used or expired")
    granted: bool = Field(description="Given, and not paid for.")
    at: str
    state_at: str
    position: int
    cost: dict[str, int]
    code: str | None
    valid_until: str | None = Field(description="The last local day.")


class RedemptionsPage(BaseModel):
    """Redemptions, newest first."""

    rows: list[RedemptionView]
    next: tuple[int, int, str] | None = None


class LotView(BaseModel):
    """A part of an account that expires."""

    account: str
    amount: int
    expires: str = Field(description="The local day with whose beginning it goes.")


class Purse(BaseModel):
    """What a member may spend."""

    available: dict[str, int] = {}
    debts: dict[str, int] = {}
    lots: list[LotView] = []


async def catalogue(
    db: Connection, community: int, now: int, as_of: int | None = None
) -> list[RewardView]:
    """The rewards of the policy in force, with what is left of each."""
    known = await policies.community(db, community)
    version = known.policy_at(now if as_of is None else as_of)
    policy = version.compiled if version else Incentives()
    ground = Ground(policy, 0)
    words = await policies.words(db, community)
    if as_of is None:
        await ground.read_stock(db, community, words)
    else:
        for row in await db.fetch(Q.taken_at, community, as_of):
            name = words.names[row["reward"]].removeprefix("reward:")
            ground.count(name, row["taken"])
    at = now if as_of is None else as_of
    return [_reward(name, reward, ground, at) for name, reward in policy.rewards.items()]


def _reward(name: str, reward: Reward, ground: Ground, at: int) -> RewardView:
    shown = reward.model_dump(include=set(RewardView.model_fields))
    over = reward.until is not None and at >= clock.parse_rfc3339(reward.until)
    shown |= {"offered": reward.offered and not over, "left": ground.left(name)}
    return RewardView(reward=name, taken=ground.taken(name), **shown)


async def redemptions(
    db: Connection,
    community: int,
    token: int,
    now: int,
    after: tuple[int, int, str] | None,
    limit: int,
    as_of: int | None = None,
) -> RedemptionsPage:
    """A page of what a member took or was given; `after` is `next` of the page before."""
    known = await policies.community(db, community)
    at = now if as_of is None else as_of
    day = clock.local_day(at, known.zone_at(at))
    until = EVER if as_of is None else as_of
    names = (await policies.words(db, community)).names
    found = await db.fetch(Q.of_member, community, token, until, *(after or BEHIND_ALL), limit)
    last = found[-1] if len(found) == limit else None
    return RedemptionsPage(
        rows=[_redemption(row, names, day) for row in found],
        next=(last["at"], last["offset"], last["name"]) if last else None,
    )


def _redemption(row: Any, names: Mapping[int, str], day: int) -> RedemptionView:
    last, state = row["last_day"], State(row["state"])
    over = state in OPEN and last is not None and day > last
    return RedemptionView(
        redemption=row["name"],
        reward=names[row["reward"]].removeprefix("reward:"),
        state="expired" if over else state.name.lower(),
        granted=row["begun"] == State.GRANTED,
        at=clock.rfc3339(row["at"]),
        state_at=clock.rfc3339(row["state_at"]),
        position=row["offset"],
        cost={names[account]: cost for account, cost, _ in unpack(row["paid"])},
        code=row["code"],
        valid_until=None if last is None else clock.as_date(last).isoformat(),
    )


async def purses(
    db: Connection,
    community: int,
    members: Sequence[Member],
    read: tuple[Incentives, Words],
    day: int,
) -> dict[int, Purse]:
    """What members may spend on a local day, by token; with what expires and when.

    Empty where a policy has neither rewards nor anything that expires.
    """
    policy, words = read
    if not policy.rewards and not any(each.expires for each in policy.accounts.values()):
        return {}
    ground = Ground(policy, day)
    await ground.read_members(db, community, words, [member.token for member in members])
    return {
        member.token: Purse(
            available={name: max(0, size) for name, size in ground.available(member.token).items()},
            debts=dict(ground.debts(member.token)),
            lots=[
                LotView(account=name, amount=size, expires=clock.as_date(on).isoformat())
                for name in policy.accounts
                for on, size in lots_of(member, words.ids.get(name, 0))
                if on > day
            ],
        )
        for member in members
    }
