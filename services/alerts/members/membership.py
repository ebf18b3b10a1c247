"""Roles and presence, as membership events change them."""

from services.alerts.counting import Counting, locate
from services.alerts.effects import Effects
from services.alerts.members.presence import Change, acted, left
from services.alerts.state import EXEMPT, CommunityState, Held
from services.kit.actions.event import Event
from services.kit.projection.definition import NEVER
from services.kit.runtime.clock import parse_rfc3339


def apply_roles(state: CommunityState, effects: Effects, event: Event) -> None:
    """Roles that begin or end. Raises ValueError for a `since` or `until` that is no time."""
    role = event.data.get("role")
    if event.member is None or role is None:
        return
    held = state.roles.get(event.member, {})
    if event.type in ("role.appointed", "member.joined"):
        since, until = event.data.get("since"), event.data.get("until")
        begins = parse_rfc3339(since) if since else event.time
        after: Held = {**held, role: (begins, parse_rfc3339(until) if until else NEVER)}
    elif event.type == "role.ended" and role in held:
        after = {**held, role: (held[role][0], event.time)}
    else:
        return
    state.roles[event.member] = after
    effects.roles.add((state.key, event.member))


def apply_presence(
    state: CommunityState, effects: Effects, counting: Counting, event: Event
) -> None:
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
        present(state, effects, counting, member, change)


def becomes_exempt(event: Event) -> bool:
    """Whether the event takes the member out of the regular ones."""
    begins = event.type in ("role.appointed", "member.joined")
    return begins and event.data.get("role") in EXEMPT


def present(
    state: CommunityState, effects: Effects, counting: Counting, member: int, change: Change
) -> None:
    """Count a change of presence in the buckets of its moments."""
    state.present[member] = change.entry
    effects.presence[state.key, member] = change.entry
    here = (state.day, state.hour, state.hour_bit, state.hour_from, state.hour_to)
    for at, amount in ((change.rises, 1), (change.falls, -1)):
        if at is None:
            continue
        if not state.hour_from <= at < state.hour_to:
            locate(state, at, state.zone_at(at))
        counting.add(state, 0, ("present",), amount)
    state.day, state.hour, state.hour_bit, state.hour_from, state.hour_to = here
