"""What is counted for tiers, as actions come: by member and local day, and who reached whom."""

from collections.abc import Iterable
from typing import NamedTuple

from services.incentives.content.reach import ACTING, MAKES, REMOVES, RESTORES, subject_of
from services.incentives.outcome import Outcome
from services.incentives.points.book import Book
from services.incentives.scene import Scene
from services.incentives.state import Member
from services.incentives.tenant import Tenant
from services.incentives.tiers.definition import Tiers

LIKED, UNLIKED = "reaction.added", "reaction.removed"
DISLIKES = frozenset({"dislike", "down"})
ATTENDS = frozenset({"activity.attended", "course.completed"})
ORDERS = frozenset({"order.paid", "order.refunded"})
SEEN = frozenset({"member.joined", "post.viewed"})
"""Seen, and no more."""
ACTED = ACTING - ORDERS


class Counted(NamedTuple):
    """What an action adds to a member's day."""

    seen: int = 0
    acts: int = 0
    contributions: int = 0
    received: int = 0
    attended: int = 0


class BoundTiers:
    """The tiers of a policy version, listening."""

    __slots__ = ("_currency",)

    def __init__(self, tiers: Tiers) -> None:
        self._currency = tiers.currency

    def types(self) -> Iterable[str]:
        return sorted(ACTED | ORDERS | SEEN | {UNLIKED, REMOVES, RESTORES})

    def hear(self, scene: Scene, tenant: Tenant, _book: Book, outcome: Outcome) -> None:
        type_ = scene.event.type
        if type_ in ORDERS:
            self._order(scene, tenant, outcome)
        elif type_ in (REMOVES, RESTORES):
            _move(scene, tenant, outcome)
        else:
            _act(type_, scene, tenant, outcome)

    def _order(self, scene: Scene, tenant: Tenant, outcome: Outcome) -> None:
        event, data, buyer = scene.event, scene.data, scene.doer
        subject = subject_of(data["order"], "order")
        if event.type == "order.refunded":
            row = (tenant.key, scene.day, data.get("amount"), event.offset, subject)
            outcome.rows["tier_refund"].append(row)
        elif buyer is not None and _regular(buyer, scene):
            if self._currency not in (None, data.get("currency")):
                return
            cheaper = bool(data.get("coupon") or data.get("campaign"))
            place = (tenant.key, scene.day, buyer.token, data["amount"], event.offset)
            outcome.rows["tier_order"].append((*place, cheaper, subject))
            outcome.counted.add(tenant.key)


def _act(type_: str, scene: Scene, tenant: Tenant, outcome: Outcome) -> None:
    doer, author = scene.doer, scene.author
    if doer is not None and _regular(doer, scene) and scene.data.get("automated") is not True:
        acts = int(type_ in ACTED) - int(type_ == UNLIKED)
        seen, makes = int(type_ != UNLIKED), int(type_ in MAKES)
        counted = Counted(seen, acts, makes, 0, int(type_ in ATTENDS))
        _count(counted, doer, scene, tenant, outcome)
    else:
        doer = None
    step = _received(type_, scene)
    if step and author is not None and author is not doer and _regular(author, scene):
        _count(Counted(received=step), author, scene, tenant, outcome)
        if step > 0 and doer is not None:
            place = (tenant.key, author.token, doer.token)
            outcome.pairs[place] = max(scene.day, outcome.pairs.get(place, scene.day))


def _received(type_: str, scene: Scene) -> int:
    """What the author of what an action is about has received by it."""
    if type_ == "reply.created":
        return int(scene.data.get("automated") is not True)
    if type_ not in (LIKED, UNLIKED) or scene.data.get("kind") in DISLIKES:
        return 0
    return 1 if type_ == LIKED else -1


def _move(scene: Scene, tenant: Tenant, outcome: Outcome) -> None:
    """A post that is removed is no contribution any more; restored it is one again."""
    post = scene.target
    if post is None or post.author is None or not post.made or not scene.moved:
        return
    author = tenant.members.get(post.author)
    if author is not None and _regular(author, scene):
        step = -1 if scene.event.type == REMOVES else 1
        _count(Counted(contributions=step), author, scene, tenant, outcome)


def _count(
    counted: Counted, member: Member, scene: Scene, tenant: Tenant, outcome: Outcome
) -> None:
    place = (tenant.key, scene.day, member.token)
    before = outcome.days.get(place)
    if before is not None:
        counted = Counted(*map(sum, zip(before, counted, strict=True)))
    outcome.days[place] = counted
    outcome.counted.add(tenant.key)


def _regular(member: Member, scene: Scene) -> bool:
    return not member.roles or "regular" in member.roles_at(scene.event.time)
