"""Orders of operators, as they come round in the log. One that no longer fits is refused, kept."""

from msgspec import structs

from services.alerts import episodes
from services.alerts.effects import Effects
from services.alerts.incidents import answer, opening
from services.alerts.incidents.answer import RefusedError
from services.alerts.incidents.model import Incident
from services.alerts.rules.catalogue import rules
from services.alerts.rules.definition import SpikeRule
from services.alerts.rules.states import Finding, follow
from services.alerts.state import CommunityState, RuleState
from services.alerts.telling import tell
from services.kit.actions.event import Event
from services.kit.runtime.clock import DAY, HOUR

ORDERS = frozenset({"incident.acknowledged", "incident.step_completed", "incident.resolved"})
QUIET_SPIKE, QUIET_DAYS = HOUR, 7 * DAY
"""How long a rule stays quiet after its incident was closed by hand."""


def order(state: CommunityState, effects: Effects, event: Event) -> None:
    """Apply an order, or record why not."""
    try:
        incident = state.incidents.get(event.data["incident"])
        if incident is None:
            raise RefusedError("no open incident of that id")
        if event.type == "incident.acknowledged":
            after = answer.acknowledged(incident, event)
            episodes.put(state, effects, after)
            tell(state, effects, "incident.acknowledged", after, "acknowledged")
        elif event.type == "incident.step_completed":
            after = answer.completed_by_hand(incident, event)
            episodes.changed(state, effects, incident, after)
        else:
            _resolve(state, effects, incident, event)
    except RefusedError as error:
        effects.refuse(state, event, str(error))


def _resolve(state: CommunityState, effects: Effects, incident: Incident, event: Event) -> None:
    by = event.data.get("by") or "an operator"
    after = opening.resolved(incident, event.time, by, f"by {by}")
    episodes.put(state, effects, after)
    tell(state, effects, "incident.resolved", after, "resolved")
    key = (incident.rule, incident.space)
    was = state.rules.get(key, RuleState())
    edge = follow(was.state, Finding.CLOSED_BY_HAND, 0, 0)
    if edge is None:
        return
    quiet = QUIET_SPIKE if isinstance(rules().get(incident.rule), SpikeRule) else QUIET_DAYS
    state.rules[key] = structs.replace(
        was,
        state=edge.to,
        since=event.time,
        cause=edge.cause,
        incident=None,
        clear_since=None,
        quiet_until=event.time + quiet,
        changes=was.changes + 1,
    )
    effects.rules.add((state.key, *key))
    effects.changes.append(
        (state.key, *key, was.changes + 1, event.time, event.log_time, was.state.value,
         edge.to.value, edge.cause, f"by {by}", False)
    )  # fmt: skip
    state.refresh_alert()
