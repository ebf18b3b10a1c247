"""A member as segments ask about it. Pure."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from services.incentives.attributes.feature import of
from services.incentives.calendar import NO_DAY
from services.incentives.policy.conditions import holds
from services.incentives.policy.document import Incentives
from services.incentives.scene import counter
from services.incentives.segments.definition import Segment
from services.incentives.state import Member, Words


class Person(NamedTuple):
    """A member at a moment."""

    member: Member
    accounts: Mapping[int, int]
    """Balances by the account's word."""
    policy: Incentives
    words: Words
    at: int
    day: int
    """The local day of `at`."""
    since_day: int
    """The local day on which the member was first heard of."""


Read = Callable[[Person], Any]


def _level(person: Person, ladder: str) -> int:
    return person.member.ranks.get(person.words.ids.get(f"ladder:{ladder}", 0), 0) + 1


def _first_level(person: Person) -> int | None:
    first = next(iter(person.policy.ladders), None)
    return None if first is None else _level(person, first)


def _badges(person: Person) -> list[str]:
    names = person.words.names
    return [names[word].removeprefix("badge:") for word in person.member.badges]


def _spaces(person: Person) -> list[str]:
    names, grades = person.words.names, person.member.slices.get("spaces", [{}])[0]
    return [names[word].removeprefix("space:") for word, grade in grades.items() if grade[0]]


def _idle(person: Person) -> int | None:
    member = person.member
    if member.base == NO_DAY:
        return None
    return max(0, person.day - (member.base + member.days.bit_length() - 1))


_READ: Mapping[str, Read] = {
    "level": _first_level,
    "badges": _badges,
    "roles": lambda person: person.member.roles_at(person.at),
    "spaces": _spaces,
    "active_days": lambda person: person.member.active_days(),
    "idle_days": _idle,
    "member_days": lambda person: max(0, person.day - person.since_day),
    "csat": lambda person: of(person.member)[1].get("csat"),
    "nps": lambda person: of(person.member)[1].get("nps"),
}


def _named(kind: str, name: str) -> Read:
    if kind == "level":
        return lambda person: _level(person, name)
    if kind == "account":
        return lambda person: person.accounts.get(person.words.ids.get(name, 0), 0)
    if kind == "attribute":
        return lambda person: of(person.member)[0].get(name)
    word = counter(name, None, kind == "received")
    return lambda person: person.member.counts.get(person.words.ids.get(word, 0), 0)


def reader(field: str) -> Read:
    """How a field is read off a member."""
    kind, dot, name = field.partition(".")
    return _named(kind, name) if dot else _READ[field]


def test_of(segment: Segment) -> Callable[[Person], bool]:
    """Whether a member belongs to a segment."""
    tests = [(reader(field), holds(wanted)) for field, wanted in segment.when.items()]
    return lambda person: all(check(read(person)) for read, check in tests)
