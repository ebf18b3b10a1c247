"""Redemptions in the fold: what was decided is trusted; orders are checked as they come round."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, ClassVar

from services.incentives.outcome import Outcome
from services.incentives.points.book import Book
from services.incentives.policy.document import Incentives
from services.incentives.rewards.granting import enter, given_out
from services.incentives.rewards.redemption import OPEN, Redemption, State
from services.incentives.scene import Scene
from services.incentives.state import Words
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event
from services.kit.runtime import clock

LEAST_DAYS = 7
"""What comes back can be spent for so many local days at least."""


class Orders:
    """Hears of redemptions whatever the policy in force says: what was decided was decided."""

    def types(self) -> tuple[str, ...]:
        return (*_HEAR, "order.paid")

    def hear(self, scene: Scene, tenant: Tenant, book: Book, outcome: Outcome) -> None:
        if scene.event.type == "order.paid":
            _use(scene, tenant, outcome)
            return
        why = _HEAR[scene.event.type](scene, tenant, book, outcome)
        if why is not None:
            _refuse(scene.event, why, tenant, outcome)


def _redeem(scene: Scene, tenant: Tenant, book: Book, outcome: Outcome) -> str | None:
    data, member = scene.data, scene.doer
    if member is None:
        return "it names no member"
    if data["redemption"] in tenant.shelf.redemptions:
        return "a redemption of this name is known"
    word = tenant.words[f"reward:{data['reward']}"]
    redemption = Redemption(data["redemption"], member.token, word, State.REDEEMED)
    costs = data.get("costs")
    if costs is None:
        costs = {"points": data["cost"]} if data.get("cost") else {}
    for name, cost in costs.items():
        account = tenant.words[name]
        redemption.paid.append((account, cost, book.spend(member, word, account, cost)))
    redemption.code = data.get("code")
    if (until := data.get("valid_until")) is not None:
        redemption.last_day = clock.day_number(date.fromisoformat(until))
    tenant.touch(member)
    tenant.shelf.add(redemption)
    _step(redemption, scene, tenant, outcome, more={"cost": costs}, taken=1)
    return None


def _grant(scene: Scene, tenant: Tenant, book: Book, outcome: Outcome) -> str | None:
    event, data, member = scene.event, scene.data, scene.doer
    name = data.get("redemption") or f"granted-{event.uid.hex()}"
    if member is None:
        return "it names no member"
    if name in tenant.shelf.redemptions:
        return "a redemption of this name is known"
    word = tenant.words[f"reward:{data['reward']}"]
    redemption = Redemption(name, member.token, word, State.GRANTED)
    redemption.code = data.get("code")
    reward = book.bound.rewards.get(data["reward"])
    redemption.last_day = None if reward is None else reward.last_day(scene.day)
    about = (data["reward"], data.get("incident"))
    given_out(redemption, about, event.time, tenant, outcome, event)
    return None


def _fulfil(scene: Scene, tenant: Tenant, _book: Book, outcome: Outcome) -> str | None:
    redemption = tenant.shelf.redemptions.get(scene.data["redemption"])
    if redemption is None or redemption.state not in OPEN:
        return _unfit(redemption)
    redemption.state = State.FULFILLED
    _step(redemption, scene, tenant, outcome)
    return None


def _cancel(scene: Scene, tenant: Tenant, book: Book, outcome: Outcome) -> str | None:
    redemption = tenant.shelf.redemptions.get(scene.data["redemption"])
    if redemption is None or redemption.state not in OPEN:
        return _unfit(redemption)
    member = tenant.members[redemption.member]
    least = scene.day + LEAST_DAYS
    for account, cost, lots in redemption.paid:
        back = [[max(day, least), amount] for day, amount in lots]
        book.give_back(member, redemption.reward, account, cost, back)
    tenant.touch(member)
    moves = -1 if redemption.bought else None
    redemption.state = State.CANCELLED
    _step(redemption, scene, tenant, outcome, taken=moves)
    return None


def _use(scene: Scene, tenant: Tenant, outcome: Outcome) -> None:
    """An order names a coupon: it is used, where it is the buyer's own and worth something."""
    found = tenant.shelf.codes.get(str(scene.data.get("coupon")))
    if found is None or scene.doer is None or found.member != scene.doer.token:
        return
    if found.state in OPEN and (found.last_day is None or scene.day <= found.last_day):
        found.state = State.USED
        _step(found, scene, tenant, outcome, more={"order": scene.data["order"]})


def _unfit(redemption: Redemption | None) -> str:
    if redemption is None:
        return "there is no redemption of this name"
    return f"it is {State(redemption.state).name.lower()} already"


def _step(
    redemption: Redemption,
    scene: Scene,
    tenant: Tenant,
    outcome: Outcome,
    *,
    more: dict[str, Any] | None = None,
    taken: int | None = None,
) -> None:
    """Enter what the redemption has become, and tell."""
    event, shelf, word = scene.event, tenant.shelf, redemption.reward
    if taken is not None:
        taken = shelf.taken[word] = shelf.taken.get(word, 0) + taken
    enter(redemption, taken, event.time, tenant, outcome, event.offset)
    name = tenant.words.names[word].removeprefix("reward:")
    said = {"member": redemption.member, "reward": name, "redemption": redemption.name}
    of = (redemption.name, redemption.member)
    type_ = f"reward.{State(redemption.state).name.lower()}"
    outcome.fact(tenant.key, type_, of, event.time, said | (more or {}), event)


def _refuse(event: Event, why: str, tenant: Tenant, outcome: Outcome) -> None:
    name = str(event.data.get("redemption"))
    row = (tenant.key, event.offset, event.time, event.type, name, why)
    outcome.rows["reward_refusal"].append(row)
    said: dict[str, object] = {"order": event.type, "redemption": name, "why": why}
    outcome.fact(tenant.key, "reward.refused", (name, 0), event.time, said, event)


_HEAR = {
    "reward.redeemed": _redeem,
    "reward.granted": _grant,
    "reward.fulfilled": _fulfil,
    "reward.cancelled": _cancel,
}


class Rewards:
    """The feature."""

    name = "rewards"
    tables = Path(__file__).with_name("schema.sql")
    columns: ClassVar = {
        "redemption": (
            "community", "state", "reward", "last_day", "offset", "member", "at", "taken", "id",
            "name", "code", "paid",
        ),
        "reward_refusal": ("community", "offset", "at", "type", "name", "why"),
    }  # fmt: skip

    def bind(self, policy: Incentives, words: Words) -> Iterator[Orders]:  # noqa: ARG002 - any
        yield Orders()


FEATURE = Rewards()
