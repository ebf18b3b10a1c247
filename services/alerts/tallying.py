"""Counts one event: its tallies, its message, its member. Nothing here raises."""

from services.alerts.closing import look_again
from services.alerts.counting import Counting
from services.alerts.effects import Effects
from services.alerts.members import membership
from services.alerts.members.presence import acted
from services.alerts.messages import relabel
from services.alerts.policy.compiled import Compiled
from services.alerts.state import CommunityState, Message
from services.alerts.tallies.definition import Seen
from services.alerts.understanding import MESSAGES


def count(
    state: CommunityState, effects: Effects, counting: Counting, seen: Seen, policy: Compiled
) -> None:
    """All that the event adds to; what it adds to closed windows is a correction too."""
    event = seen.event
    space = effects.space(state, event.space)
    names = counting.tally(state, seen, space)
    if event.type in MESSAGES:
        _remember(state, effects, seen, space)
    if seen.regular and event.member is not None:
        if event.type in policy.active:
            change = acted(state.present.get(event.member), event.time)
            if change is not None:
                membership.present(state, effects, counting, event.member, change)
            names += counting.act(state, event.member, space, event.type in MESSAGES)
        else:
            membership.apply_presence(state, effects, counting, event)
    late = False
    if event.type == "community.census":
        effects.census[state.key, event.time] = event.data["present"]
    elif event.type == "content.relabelled":
        late = relabel.apply(state, effects, counting, event, policy)
    if names and event.time < state.seen:
        lateness = policy.health.lateness
        late |= counting.correct(state, space, names, 1, lateness, event.log_time)
    if late:
        look_again(state, event)


def _remember(state: CommunityState, effects: Effects, seen: Seen, space: int) -> None:
    event = seen.event
    effects.messages[state.key, seen.post] = Message(
        event.time, space, event.member, seen.kind, seen.regular, seen.guessed
    )
    if event.time > state.last_message.get(space, -1):
        state.last_message[space] = event.time
        effects.spaces.add((state.key, space))
