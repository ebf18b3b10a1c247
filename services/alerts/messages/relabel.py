"""An operator's label of a message that was counted before: the counts move with it."""

from services.alerts.counting import Counting, locate
from services.alerts.effects import Effects
from services.alerts.messages.identity import key_of
from services.alerts.messages.kind import KINDS
from services.alerts.policy.compiled import Compiled
from services.alerts.state import CommunityState, Message
from services.alerts.tallies.messages import names_of
from services.kit.actions.event import Event


def check(state: CommunityState, effects: Effects, event: Event) -> None:
    """Record why a label cannot be applied, where it cannot."""
    if event.data["kind"] not in KINDS:
        effects.refuse(state, event, f"no such kind; the kinds are {', '.join(sorted(KINDS))}")
    elif _find(state, effects, event) is None:
        effects.refuse(state, event, "no such message has been seen")


def _find(state: CommunityState, effects: Effects, event: Event) -> Message | None:
    key = (state.key, key_of(event.data["post"]))
    return effects.messages.get(key) or effects.found.get(key)


def apply(
    state: CommunityState, effects: Effects, counting: Counting, event: Event, policy: Compiled
) -> bool:
    """Move the message from its old counters to those of its label. Whether its day was closed."""
    message, kind = _find(state, effects, event), event.data["kind"]
    if message is None or kind not in KINDS:
        return False
    before = set(names_of(message.kind, message.regular, message.guessed))
    after = set(names_of(kind, message.regular, False))
    here, late = (state.day, state.hour, state.hour_bit, state.hour_from, state.hour_to), False
    locate(state, message.at, state.zone_at(message.at))
    for names, amount in ((before - after, -1), (after - before, 1)):
        moved = tuple(sorted(names))
        counting.add(state, message.space, moved, amount)
        lateness, log_time = policy.health.lateness, event.log_time
        closed = counting.correct(state, message.space, moved, amount, lateness, log_time)
        late |= closed and bool(moved)
    state.day, state.hour, state.hour_bit, state.hour_from, state.hour_to = here
    message.kind, message.guessed = kind, False
    effects.labelled[state.key, key_of(event.data["post"])] = message
    return late
