"""What a member may do, and by what: levels reached, spaces that are open, roles held. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from services.incentives.policy.document import Incentives


class Climb(NamedTuple):
    """A change of level; ranks count from 0."""

    was: int
    rank: int
    at: int


class Ground(NamedTuple):
    """What a privilege comes from: a level of a ladder, a graded space, or a role."""

    kind: str
    ladder: str | None
    name: str
    """The level that brings it, or the space, or the role."""
    since: int


class Place(NamedTuple):
    """Where a member stands."""

    since: int
    """When first heard of: whoever is known stands on the first rungs."""
    climbs: Mapping[str, Sequence[Climb]]
    """Of ladders all changes, the earliest first."""
    spaces: Mapping[str, int]
    """Those that are open, and since when."""
    roles: Mapping[str, int]
    """Those that are held, and since when."""


def privileges(policy: Incentives) -> list[str]:
    """Every privilege of a policy, in its order."""
    found: list[str] = []
    for ladder in policy.ladders.values():
        found += ladder.privileges(len(ladder.levels) - 1)
    for space in policy.spaces.values():
        found += space.privileges
    for role in policy.roles.values():
        found += role.privileges
    return list(dict.fromkeys(found))


def grounds(privilege: str, policy: Incentives, place: Place) -> Iterator[Ground]:
    """By what a member has a privilege; nothing where it has not."""
    for name, ladder in policy.ladders.items():
        climbs = place.climbs.get(name, ())
        rank = climbs[-1].rank if climbs else 0
        for number, level in enumerate(ladder.levels[: rank + 1]):
            if privilege in level.privileges:
                yield Ground("level", name, level.name, _since(number, climbs, place.since))
                break
    for name, space in policy.spaces.items():
        if privilege in space.privileges and name in place.spaces:
            yield Ground("space", None, name, place.spaces[name])
    for name, role in policy.roles.items():
        if privilege in role.privileges and name in place.roles:
            yield Ground("role", None, name, place.roles[name])


def _since(rank: int, climbs: Sequence[Climb], known: int) -> int:
    """When a rank was last reached from below."""
    return next((each.at for each in reversed(climbs) if each.was < rank <= each.rank), known)
