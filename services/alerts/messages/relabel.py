"""An operator's label of a message that was counted before: the counts move with it."""

from typing import TYPE_CHECKING

from services.alerts.counting import locate
from services.alerts.messages.identity import key_of
from services.alerts.messages.kind import KINDS
from services.alerts.policy.compiled import Compiled
from services.alerts.state import CommunityState, Message
from services.alerts.tallies.messages import names_of
from services.kit.actions.event import Event

if TYPE_CHECKING:
    from services.alerts.fold import AlertsFold


def check(fold: "AlertsFold", state: CommunityState, event: Event) -> None:
    """Record why a label cannot be applied, where it cannot."""
    if event.data["kind"] not in KINDS:
        why = f"no such kind; the kinds are {', '.join(sorted(KINDS))}"
    elif _find(fold, state, event) is None:
        why = "no such message has been seen"
    else:
        return
    fold.pending.refusals.append((state.key, event.uid, event.time, event.type, why))


def _find(fold: "AlertsFold", state: CommunityState, event: Event) -> Message | None:
    key = (state.key, key_of(event.data["post"]))
    return fold.pending.messages.get(key) or fold.pending.found.get(key)


def apply(fold: "AlertsFold", state: CommunityState, event: Event, policy: Compiled) -> None:
    """Move the message from its old counters to those of its label."""
    message, kind = _find(fold, state, event), event.data["kind"]
    if message is None or kind not in KINDS:
        return
    before = set(names_of(message.kind, message.regular, message.guessed))
    after = set(names_of(kind, message.regular, False))
    here = (state.day, state.hour, state.hour_bit, state.hour_from, state.hour_to)
    locate(state, message.at, fold.communities[state.key].zone_at(message.at))
    for names, amount in ((before - after, -1), (after - before, 1)):
        moved = tuple(sorted(names))
        fold.counting.add(state, message.space, moved, amount)
        late = fold.counting.correct(
            state, message.space, moved, amount, policy.health.lateness, event.log_time
        )
        if late and moved:
            fold.judging.look_again(state, event)
    state.day, state.hour, state.hour_bit, state.hour_from, state.hour_to = here
    message.kind, message.guessed = kind, False
    fold.pending.labelled[state.key, key_of(event.data["post"])] = message
