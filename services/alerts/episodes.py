"""Opens, grows, answers and closes the incidents of a community, and says so in facts."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from msgspec import structs

from services.alerts.incidents import answer, grouping, opening
from services.alerts.incidents.model import Incident, Step
from services.alerts.incidents.priority import Priority, priority_of
from services.alerts.rules.definition import Parameters, Rule, SpikeRule, Verdict
from services.alerts.rules.states import OPEN, Finding, State
from services.alerts.state import CommunityState, RuleState
from services.kit.actions.event import Event
from services.kit.runtime.clock import rfc3339

if TYPE_CHECKING:
    from services.alerts.fold import AlertsFold


def followed(
    fold: "AlertsFold", state: CommunityState, rule: Rule, parameters: Parameters,
    verdict: Verdict, was: RuleState, now: RuleState, *, onset: int, log_time: int,
    historical: bool, people: Sequence[int], cause: str, space: int = 0,
) -> RuleState:  # fmt: skip
    """After an edge: the rule's state with its incident opened or closed."""
    if now.state is State.FIRING and was.state is not State.HOLDING:
        incident = _open(
            fold, state, rule, parameters, verdict, now, onset=onset, log_time=log_time,
            historical=historical, people=people, cause=cause, space=space,
        )  # fmt: skip
        return structs.replace(now, incident=incident.id)
    if was.incident is not None and now.state is State.RESOLVED:
        incident = opening.resolved(state.incidents[was.incident], log_time, "rule", now.cause)
        put(fold, state, incident)
        _tell_rule(fold, state, rule, "rule.cleared", now, incident)
        tell(fold, state, "incident.resolved", incident, "resolved")
        return structs.replace(now, incident=None)
    if was.incident is not None and was.state in OPEN:
        incident = opening.remarked(
            state.incidents[was.incident], log_time, now.state.value, f"{now.cause}; {now.why}"
        )
        put(fold, state, incident)
    return now


def _open(
    fold: "AlertsFold", state: CommunityState, rule: Rule, parameters: Parameters,
    verdict: Verdict, now: RuleState, *, onset: int, log_time: int, historical: bool,
    people: Sequence[int], cause: str, space: int,
) -> Incident:  # fmt: skip
    incident = opening.opened(
        opening.incident_id(state.key, rule.id, space, cause),
        rule,
        space,
        urgency_of(rule, verdict),
        parameters.playbook or rule.answer,
        fold.policy_at(state.key, now.since).alerts,
        at=log_time,
        happened_at=min(onset, log_time),
        zone=fold.communities[state.key].zone_at(log_time),
        why=f"{now.cause}; {verdict.why}",
        evidence=_evidence(verdict),
        affected=people,
        historical=historical,
    )
    lead = grouping.leader(state.incidents.values(), incident)
    if lead is not None:
        incident = grouping.joined(incident, lead)
    put(fold, state, incident)
    _tell_rule(fold, state, rule, "rule.fired", now, incident)
    tell(fold, state, "incident.opened", incident, "opened")
    _lift(fold, state, incident, log_time)
    return incident


def _lift(fold: "AlertsFold", state: CommunityState, incident: Incident, at: int) -> None:
    """Where the incident is part of another's answer, that one is no less urgent."""
    lead = state.incidents.get(incident.group or "")
    if lead is None:
        return
    after = grouping.lifted(lead, incident, at)
    if after is not lead:
        put(fold, state, after)
        tell(fold, state, "incident.raised", after, f"raised/P{after.priority}")


def _evidence(verdict: Verdict) -> dict[str, Any]:
    return {
        "measure": verdict.measure,
        "threshold": verdict.threshold,
        "sample": verdict.sample,
        "why": verdict.why,
        **verdict.evidence,
    }


def urgency_of(rule: Rule, verdict: Verdict) -> Priority:
    """The matrix's cell; a spike that is not certain enough for a P1 is a P3."""
    priority = priority_of(rule.scope, rule.urgency)
    if isinstance(rule, SpikeRule) and not verdict.evidence.get("certain"):
        return max(priority, Priority.P3)
    return priority


def grow(
    fold: "AlertsFold", state: CommunityState, rule: Rule, verdict: Verdict,
    people: Sequence[int], event: Event,
) -> None:  # fmt: skip
    """More of the same while the episode is open: people, and perhaps a more urgent priority."""
    id_ = state.rules[rule.id, 0].incident
    if id_ is None or id_ not in state.incidents:
        return
    before = state.incidents[id_]
    evidence = _evidence(verdict) if verdict.finding is Finding.MET else {}
    after = opening.grown(
        before, urgency_of(rule, verdict), evidence, people, event.log_time, verdict.why
    )
    if after != before:
        put(fold, state, after)
        if after.priority != before.priority:
            tell(fold, state, "incident.raised", after, f"raised/P{after.priority}")
            _lift(fold, state, after, event.log_time)


def prove(fold: "AlertsFold", state: CommunityState, event: Event) -> None:
    """Steps that this event proves."""
    if event.type not in answer.PROVING:
        return
    roles = state.roles_at(event.member, event.time)
    for incident in list(state.incidents.values()):
        after = answer.proved(incident, event, roles)
        if after is not incident:
            changed(fold, state, incident, after)


def changed(fold: "AlertsFold", state: CommunityState, before: Incident, after: Incident) -> None:
    """Keep an incident after steps were done, and tell of each of them."""
    put(fold, state, after)
    for old, new in zip(before.steps, after.steps, strict=True):
        if new.completed_at is not None and old.completed_at is None:
            more = {"step": new.name, "on_time": new.on_time, "completed_by": new.completed_by}
            tell(fold, state, "incident.step_completed", after, f"completed/{new.name}", more)


def breach(fold: "AlertsFold", state: CommunityState, due: int) -> None:
    """Deadlines that pass at this moment of log time."""
    for incident in list(state.incidents.values()):
        after, late = answer.breached(incident, due)
        if not late:
            continue
        put(fold, state, after)
        for step in late:
            more = {"step": step.name, "escalated_to": step.owner}
            tell(fold, state, "incident.step_breached", after, f"breached/{step.name}", more)
    state.refresh_deadline()


def put(fold: "AlertsFold", state: CommunityState, incident: Incident) -> None:
    """Keep an incident; a resolved one leaves memory once it is written."""
    if incident.state == "resolved":
        state.incidents.pop(incident.id, None)
    else:
        state.incidents[incident.id] = incident
    fold.pending.incidents[state.key, incident.id] = incident
    state.refresh_deadline()


def tell(
    fold: "AlertsFold", state: CommunityState, type_: str, incident: Incident, what: str,
    more: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """A fact about an incident; its id derives from the incident and what happened to it."""
    if incident.historical:
        return
    at = incident.timeline[-1].at
    priority = f"P{incident.priority}"
    channels = fold.policy_at(state.key, at).alerts.channels
    fold.conclude(
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


def _tell_rule(
    fold: "AlertsFold", state: CommunityState, rule: Rule, type_: str, now: RuleState,
    incident: Incident,
) -> None:  # fmt: skip
    if not incident.historical:
        fold.conclude(
            state.key,
            type_,
            f"rule/{rule.id}/{incident.id}/{type_}",
            now.since,
            {
                "rule": rule.id,
                "name": rule.name,
                "incident": incident.id,
                "cause": now.cause,
                "why": now.why,
            },
        )
