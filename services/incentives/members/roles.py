"""The roles of a member: appointed, ended, over at a time."""

from typing import NamedTuple

from services.kit.actions.event import Event
from services.kit.runtime import clock

FOR_EVER = 2**62
APPOINTS = frozenset({"role.appointed", "member.joined"})
ENDS = "role.ended"


class RoleChange(NamedTuple):
    """A role held until an instant; until 0 it is not held."""

    role: str
    until: int


def role_change(event: Event) -> RoleChange | None:
    """What an action says of its member's role. Raises ValueError for a wrong `until`."""
    role = event.data.get("role")
    if not isinstance(role, str):
        return None
    if event.type == ENDS:
        return RoleChange(role, 0)
    if event.type not in APPOINTS:
        return None
    until = event.data.get("until")
    return RoleChange(role, FOR_EVER if until is None else clock.parse_rfc3339(until))
