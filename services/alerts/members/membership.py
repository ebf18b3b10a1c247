"""Roles and presence, as membership events change them."""

from typing import TYPE_CHECKING

from services.alerts.presence import acted, left
from services.alerts.state import EXEMPT, CommunityState, Held
from services.kit.actions.event import Event
from services.kit.projection.definition import NEVER
from services.kit.runtime.clock import parse_rfc3339

if TYPE_CHECKING:
    from services.alerts.fold import AlertsFold


def apply_roles(fold: "AlertsFold", state: CommunityState, event: Event) -> None:
    """Roles that begin or end. Raises ValueError for an `until` that is no time."""
    role = event.data.get("role")
    if event.member is None or role is None:
        return
    held = state.roles.get(event.member, {})
    if event.type in ("role.appointed", "member.joined"):
        until = event.data.get("until")
        after: Held = {**held, role: (event.time, parse_rfc3339(until) if until else NEVER)}
    elif event.type == "role.ended" and role in held:
        after = {**held, role: (held[role][0], event.time)}
    else:
        return
    state.roles[event.member] = after
    fold.pending.roles.add((state.key, event.member))


def apply_presence(fold: "AlertsFold", state: CommunityState, event: Event) -> None:
    """Joining, leaving, and becoming staff or a bot, of a regular member. Cannot raise."""
    member = event.member
    if member is None:
        return
    entry = state.present.get(member)
    change = None
    if event.type == "member.left" or becomes_exempt(event):
        change = left(entry, event.time)
    elif event.type == "member.joined":
        change = acted(entry, event.time)
    if change is not None:
        fold.present(state, member, change)


def becomes_exempt(event: Event) -> bool:
    """Whether the event takes the member out of the regular ones."""
    begins = event.type in ("role.appointed", "member.joined")
    return begins and event.data.get("role") in EXEMPT
