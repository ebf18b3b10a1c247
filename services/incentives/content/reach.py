"""Whom and what an action reaches: read off the fields of its type, so that a new type fits.

A post, the author of a post, and what an action of one type undoes of another.
"""

from functools import cache, lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple
from zlib import crc32

from services.incentives.members.roles import APPOINTS, ENDS
from services.incentives.state import Content
from services.kit.actions.envelope import known_types
from services.kit.actions.event import Event
from services.kit.communities.slice import STARTS

MAKES = {
    "post.created": ("post", "post"),
    "reply.created": ("post", "reply"),
    "question.asked": ("question", "question"),
    "question.answered": ("answer", "answer"),
}
"""Types that make a post: the field of its id, and its kind where the action names none."""

_TARGETS = ("target", "in_reply_to", "answer", "post", "question")
_AUTHORS = ("author_of_target", "author")

UNDOES = {
    "reaction.removed": "reaction.added",
    "answer.unaccepted": "answer.accepted",
    "order.refunded": "order.paid",
}
"""Types that undo one action of another type."""
REMOVES, RESTORES = "post.removed", "post.restored"
REVERSALS = frozenset({*UNDOES, REMOVES, RESTORES})

_NOT_ACTING = {
    "member.joined",
    "member.left",
    "member.sanctioned",
    "role.appointed",
    "role.ended",
    "post.removed",
    "post.restored",
    "post.viewed",
    "post.community_owned",
    "reaction.removed",
    "answer.unaccepted",
    "order.refunded",
}
ACTING = STARTS - _NOT_ACTING
"""Types that count as the member being active."""
ORDERED, UNDONE = "reversal.ordered", "reversal.undone"
ORDERS = frozenset({ORDERED, UNDONE})
"""Types by which an operator takes back what was earned, whatever its cause."""
LOOKING_BACK = ORDERS | {"pending.decided"}
"""Types whose load must see all that went before them."""
_SPECIAL = REVERSALS | APPOINTS | LOOKING_BACK | {ENDS, "badge.granted", "points.adjusted"}


class Reach(NamedTuple):
    """The fields of a type that say what an action is about; None where it has none."""

    own: str | None
    kind: str
    target: str | None
    author: str | None
    order: bool
    acting: bool
    plain: bool
    """Neither takes back or decides anything nor says something of a role, badge or adjustment."""


@cache
def reach(type_: str) -> Reach | None:
    """The reach of a known type; None for one from a newer producer."""
    model = known_types().get(type_)
    if model is None:
        return None
    fields = model.model_fields
    own, kind = MAKES.get(type_, (None, ""))
    target = next((name for name in _TARGETS if name in fields and name != own), None)
    author = next((name for name in _AUTHORS if name in fields), None)
    plain = type_ not in _SPECIAL
    return Reach(own, kind, target, author, "order" in fields, type_ in ACTING, plain)


def subject_of(name: str, family: str = "post") -> bytes:
    """The 16 bytes by which entries and posts of a community find each other."""
    return blake2b(f"{family}\0{name}".encode(), digest_size=16).digest()


@lru_cache(maxsize=4096)
def _crc(text: str) -> int:
    return crc32(text.encode()) << 31


def key_of(type_: str, data: dict[str, Any], member: int | None) -> int:
    """Which of the causes with one subject an action is; 63 bits.

    Of a reaction its kind and who, of an acceptance its question, of an order what was paid.
    """
    if type_ == "reaction.added":
        return _crc(f"{type_}/{data.get('kind')}") ^ (member or 0)
    if type_ == "answer.accepted":
        return _crc(type_) ^ crc32(str(data.get("question")).encode())
    if type_ == "order.paid":
        return int(data["amount"])
    return _crc(type_) ^ (member or 0)


def doer_of(event: Event) -> int | None:
    """Who acted: the member, or whom an answer names as its giver."""
    if event.member is None and event.type == "question.answered":
        by = event.data.get("by")
        return by if isinstance(by, int) else None
    return event.member


def cause_of(
    event: Event, reached: Reach, own: Content | None, target: Content | None
) -> tuple[bytes | None, int | None]:
    """Subject and key of the entries of an event; the post it makes before the one it is about."""
    post = own or target
    if post is not None:
        return post.subject, key_of(event.type, event.data, event.member)
    if reached.order:
        return subject_of(event.data["order"], "order"), key_of(event.type, event.data, None)
    return None, None
