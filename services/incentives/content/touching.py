"""What events will touch, read off them before they are folded: to be loaded."""

from collections.abc import Iterator
from typing import Any

from services.incentives.content.reach import (
    REVERSALS,
    UNDOES,
    doer_of,
    reach,
    subject_of,
)
from services.incentives.points.rules import SIDES
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event
from services.kit.projection.definition import NEVER

_OTHERS = ("invited_by", *(side for side in SIDES if side not in ("doer", "author")))


def touched(events: list[Event]) -> tuple[dict[str, int], dict[int, int], list[Event]]:
    """Of events: the posts and members they name, with the earliest time, and the reversals."""
    names: dict[str, int] = {}
    members: dict[int, int] = {}
    reversals = []
    for event in events:
        reached, at = reach(event.type), event.time
        if reached is None:
            continue
        data = event.data
        doer = doer_of(event) if event.member is None else event.member
        if doer is not None and members.get(doer, NEVER) > at:
            members[doer] = at
        for token in (data.get(reached.author or ""), *_others(data)):
            if isinstance(token, int) and members.get(token, NEVER) > at:
                members[token] = at
        for name in (data.get(reached.own or ""), data.get(reached.target or "")):
            if isinstance(name, str) and names.get(name, NEVER) > at:
                names[name] = at
        if not reached.plain and event.type in REVERSALS:
            reversals.append(event)
    return names, members, reversals


def _others(data: dict[str, Any]) -> list[Any]:
    return [data[name] for name in _OTHERS if name in data]


def subjects(event: Event, tenant: Tenant) -> Iterator[bytes]:
    """What a reversal may be about: a post, an order."""
    reached = reach(event.type)
    if reached is not None and reached.target and event.type in (*UNDOES, *REVERSALS):
        name = event.data.get(reached.target)
        if isinstance(name, str):
            yield tenant.contents[name].subject
    if isinstance(order := event.data.get("order"), str):
        yield subject_of(order, "order")
