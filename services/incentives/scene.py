"""One action with all that a rule may ask about it, and how fields of conditions are read."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from services.incentives.calendar import WEEKDAYS
from services.incentives.policy.conditions import Comparison, Scalar, holds
from services.incentives.state import Content, Member, Words
from services.kit.actions.event import Event
from services.kit.runtime import clock

ORIGINAL = "original"
"""The kind under which posts are counted that their producer calls original."""


class Scene:
    """One object serves all events of a fold: it is set anew for each.

    `local` is local wall time in microseconds since the local epoch, `day` its day. `ladder` is
    the word of the first ladder, or 0. `moved`, of an action that removes or restores a post, is
    whether it did: it may have been so already.
    """

    __slots__ = (
        "author", "data", "day", "doer", "event", "ladder", "local", "moved", "target", "words",
    )  # fmt: skip

    event: Event
    data: Mapping[str, Any]
    doer: Member | None
    author: Member | None
    target: Content | None
    local: int
    day: int
    ladder: int
    moved: bool
    words: Words

    def count(self, person: Any, action: str, kind: str | None, received: bool) -> int:
        """How many of an action a member did, or received."""
        word = self.words.ids.get(counter(action, kind, received), 0)
        return int(person.counts.get(word, 0))

    def streak(self, person: Any, name: str) -> int:
        """The length of a member's longest streak of a name."""
        kept = person.slices.get("streaks", {}).get(self.words.ids.get(f"streak:{name}", 0))
        return int(kept[2]) if kept else 0

    def balance(self, person: Any, account: str) -> int:
        """What a member has of an account."""
        found = person.accounts.get(self.words.ids.get(account, 0))
        return 0 if found is None else found.balance


@cache
def counter(action: str, kind: str | None, received: bool) -> str:
    """The name of the counter of an action."""
    name = f"{action}/{kind}" if kind else action
    return f"{name}<" if received else name


Read = Callable[[Scene], Any]


def _roles(member: Member | None, scene: Scene) -> list[str] | None:
    return None if member is None else member.roles_at(scene.event.time)


def _level(member: Member | None, scene: Scene) -> int | None:
    return None if member is None else member.ranks.get(scene.ladder, 0) + 1


def is_own(scene: Scene) -> bool:
    """Whether the member acts on what the member wrote."""
    return scene.doer is not None and scene.doer is scene.author


_READ: Mapping[str, Read] = {
    "space": lambda scene: scene.event.space,
    "source": lambda scene: scene.event.source,
    "role": lambda scene: _roles(scene.doer, scene),
    "level": lambda scene: _level(scene.doer, scene),
    "author.role": lambda scene: _roles(scene.author, scene),
    "author.level": lambda scene: _level(scene.author, scene),
    "weekday": lambda scene: WEEKDAYS[clock.weekday(scene.day)],
    "hour": lambda scene: scene.local % clock.DAY // clock.HOUR,
    "target.kind": lambda scene: (scene.target.kind or None) if scene.target else None,
    "self": is_own,
    "known": lambda scene: scene.doer is not None,
}


def reader(field: str) -> Read:
    """How a field of a condition is read."""
    if field.startswith("data."):
        name = field[5:]
        return lambda scene: scene.data.get(name)
    return _READ[field]


Wanted = Comparison | Scalar | tuple[Scalar, ...]
Test = Callable[[Scene], bool]


def test_of(field: str, wanted: Wanted) -> Test:
    """A condition's test of a scene."""
    if field == "self" and isinstance(wanted, bool):
        return is_own if wanted else lambda scene: not is_own(scene)
    if field == "target.kind" and isinstance(wanted, str):
        return lambda scene: scene.target is not None and scene.target.kind == wanted
    read, check = reader(field), holds(wanted)
    return lambda scene: check(read(scene))
