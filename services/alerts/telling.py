"""What is said to the outside of incidents and of the rules that opened them, as facts."""

from typing import Any

from services.alerts.effects import Effects
from services.alerts.incidents.model import Incident, Step
from services.alerts.state import CommunityState, RuleState
from services.kit.runtime.clock import rfc3339


def tell(
    state: CommunityState, effects: Effects, type_: str, incident: Incident, what: str,
    more: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """A fact about an incident; its id derives from the incident and what happened to it."""
    if incident.historical:
        return
    at = incident.timeline[-1].at
    priority = f"P{incident.priority}"
    channels = state.policy_at(at).alerts.channels
    effects.conclude(
        state.key,
        type_,
        f"incident/{incident.id}/{what}",
        at,
        {
            "community": state.slug,
            "space": _space_name(state, incident.space),
            "incident": incident.id,
            "rule": incident.rule,
            "name": incident.name,
            "title": incident.title,
            "priority": priority,
            "state": incident.state,
            "playbook": incident.playbook,
            "group": incident.group,
            "happened_at": rfc3339(incident.happened_at),
            "detected_at": rfc3339(incident.detected_at),
            "why": incident.evidence.get("why", ""),
            "link": f"/v1/communities/{state.slug}/incidents/{incident.id}",
            "steps": [_shown(step) for step in incident.steps],
            "muted": sorted(n for n, c in channels.items() if priority not in c.priorities),
            **(more or {}),
        },
    )


def _space_name(state: CommunityState, number: int) -> str | None:
    return next((name for name, known in state.spaces.items() if known == number), None)


def _shown(step: Step) -> dict[str, Any]:
    """What somebody needs to do a step, or to see that it is done."""
    return {
        "name": step.name,
        "title": step.title,
        "deadline": None if step.deadline is None else rfc3339(step.deadline),
        "owner": step.owner,
        "backup": step.backup,
        "completed_at": None if step.completed_at is None else rfc3339(step.completed_at),
        "on_time": step.on_time,
    }


def tell_rule(
    state: CommunityState, effects: Effects, type_: str, now: RuleState, incident: Incident
) -> None:
    """A fact about a rule that opened an incident, or closed it."""
    if incident.historical:
        return
    effects.conclude(
        state.key,
        type_,
        f"rule/{incident.rule}/{incident.id}/{type_}",
        now.since,
        {
            "rule": incident.rule,
            "name": incident.name,
            "incident": incident.id,
            "cause": now.cause,
            "why": now.why,
        },
    )
