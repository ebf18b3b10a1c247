"""Rewards that members are given: by a policy, for a level or a badge, or by an operator. Pure."""

import base64
from collections.abc import Iterable
from hashlib import blake2b

import msgspec

from services.incentives.outcome import Cause, Outcome
from services.incentives.points.lots import NAME
from services.incentives.rewards.definition import Reward
from services.incentives.rewards.redemption import Redemption, State, id_of
from services.incentives.state import Member
from services.incentives.tenant import Tenant

pack = msgspec.msgpack.Encoder().encode
When = tuple[int, int]
"""An instant and its local day."""


def grant_once(
    rewards: Iterable[tuple[str, Reward]],
    reason: str,
    member: Member,
    when: When,
    tenant: Tenant,
    outcome: Outcome,
    cause: Cause,
) -> None:
    """Grant what a reason such as `level:main/gold` gives, to each member once for ever."""
    for name, reward in rewards:
        word = tenant.words[f"grant:{reason}/{name}"]
        given = member.slices.setdefault(NAME, {}).setdefault("given", [])
        if word in given:
            continue
        given.append(word)
        tenant.touch(member)
        mark = blake2b(f"{reason}/{name}/{member.token}".encode(), digest_size=10).digest()
        text = base64.b32encode(mark).decode().lower()
        redemption = Redemption(
            f"granted-{text}", member.token, tenant.words[f"reward:{name}"], State.GRANTED
        )
        redemption.code = text[:12] if reward.kind == "coupon" else None
        redemption.last_day = reward.last_day(when[1])
        given_out(redemption, (name, reason), when[0], tenant, outcome, cause)


def given_out(
    redemption: Redemption,
    about: tuple[str, str | None],
    at: int,
    tenant: Tenant,
    outcome: Outcome,
    cause: Cause,
) -> None:
    """Put what was granted into the history, and tell; `about` is its reward and the reason."""
    tenant.shelf.add(redemption)
    enter(redemption, None, at, tenant, outcome, cause.offset)
    said = {"member": redemption.member, "reward": about[0], "redemption": redemption.name}
    if about[1] is not None:
        said["for"] = about[1]
    of = (redemption.name, redemption.member)
    outcome.fact(tenant.key, "reward.granted", of, at, said, cause)


def enter(
    redemption: Redemption,
    taken: int | None,
    at: int,
    tenant: Tenant,
    outcome: Outcome,
    offset: int,
) -> None:
    """A row of the history: what the redemption is now."""
    fresh = redemption.state in (State.REDEEMED, State.GRANTED)
    outcome.rows["redemption"].append(
        (
            tenant.key, int(redemption.state), redemption.reward, redemption.last_day, offset,
            redemption.member, at, taken, id_of(redemption.name), redemption.name,
            redemption.code if fresh else None, pack(redemption.paid if fresh else []),
        )
    )  # fmt: skip
