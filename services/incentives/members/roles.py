"""The roles of a member: appointed, ended, over at a time."""

from collections.abc import Mapping
from typing import NamedTuple

from services.kit.actions.event import Event
from services.kit.runtime import clock

FOR_EVER = 2**62
APPOINTS = frozenset({"role.appointed", "member.joined"})
ENDS = "role.ended"


class RoleChange(NamedTuple):
    """A role held from one instant until another; until 0 it is not held."""

    role: str
    since: int
    until: int


def role_change(event: Event, days: Mapping[str, int | None]) -> RoleChange | None:
    """What an action says of its member's role. `days` is how long a role's term is where the
    action names no end. Raises ValueError for a wrong `since` or `until`."""
    role, at = event.data.get("role"), event.time
    if not isinstance(role, str):
        return None
    if event.type == ENDS:
        return RoleChange(role, at, 0)
    if event.type not in APPOINTS:
        return None
    begins, ends = event.data.get("since"), event.data.get("until")
    since = at if begins is None else clock.parse_rfc3339(begins)
    if ends is not None:
        return RoleChange(role, since, clock.parse_rfc3339(ends))
    term = days.get(role)
    return RoleChange(role, since, FOR_EVER if term is None else since + term * clock.DAY)
