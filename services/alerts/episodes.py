"""Opens, grows, answers and closes the incidents of a community, as its rules and deadlines say."""

from typing import Any

from msgspec import structs

from services.alerts.effects import Effects
from services.alerts.incidents import answer, grouping, opening
from services.alerts.incidents.model import Incident
from services.alerts.incidents.priority import Priority, priority_of
from services.alerts.rules.definition import Judged, Rule, SpikeRule, Verdict
from services.alerts.rules.states import OPEN, Finding, State
from services.alerts.state import CommunityState, RuleState
from services.alerts.telling import tell, tell_rule
from services.kit.actions.event import Event


def followed(
    state: CommunityState, effects: Effects, judged: Judged, was: RuleState, now: RuleState
) -> RuleState:
    """After an edge: the rule's state with its incident opened or closed."""
    if now.state is State.FIRING and was.state is not State.HOLDING:
        incident = _open(state, effects, judged, now)
        return structs.replace(now, incident=incident.id)
    if was.incident is None:
        return now
    before = state.incidents[was.incident]
    if now.state is State.RESOLVED:
        incident = opening.resolved(before, judged.log_time, "rule", now.cause)
        put(state, effects, incident)
        tell_rule(state, effects, "rule.cleared", now, incident)
        tell(state, effects, "incident.resolved", incident, "resolved")
        return structs.replace(now, incident=None)
    if was.state in OPEN:
        detail = f"{now.cause}; {now.why}"
        put(state, effects, opening.remarked(before, judged.log_time, now.state.value, detail))
    return now


def _open(state: CommunityState, effects: Effects, judged: Judged, now: RuleState) -> Incident:
    rule, log_time = judged.rule, judged.log_time
    cause = judged.cause or f"{rule.id}/{judged.at}"
    incident = opening.opened(
        opening.incident_id(state.key, rule.id, judged.space, cause),
        rule,
        judged.space,
        urgency_of(rule, judged.verdict),
        judged.parameters.playbook or rule.answer,
        state.policy_at(now.since).alerts,
        at=log_time,
        happened_at=min(judged.onset, log_time),
        zone=state.zone_at(log_time),
        why=f"{now.cause}; {judged.verdict.why}",
        evidence=_evidence(judged.verdict),
        affected=judged.people,
        historical=judged.historical,
    )
    lead = grouping.leader(state.incidents.values(), incident)
    if lead is not None:
        incident = grouping.joined(incident, lead)
    put(state, effects, incident)
    tell_rule(state, effects, "rule.fired", now, incident)
    tell(state, effects, "incident.opened", incident, "opened")
    _lift(state, effects, incident, log_time)
    return incident


def _lift(state: CommunityState, effects: Effects, incident: Incident, at: int) -> None:
    """Where the incident is part of another's answer, that one is no less urgent."""
    lead = state.incidents.get(incident.group or "")
    if lead is None:
        return
    after = grouping.lifted(lead, incident, at)
    if after is not lead:
        put(state, effects, after)
        tell(state, effects, "incident.raised", after, f"raised/P{after.priority}")


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


def grow(state: CommunityState, effects: Effects, judged: Judged) -> None:
    """More of the same while the episode is open: people, and perhaps a more urgent priority."""
    rule, verdict = judged.rule, judged.verdict
    id_ = state.rules[rule.id, judged.space].incident
    if id_ is None or id_ not in state.incidents:
        return
    before = state.incidents[id_]
    evidence = _evidence(verdict) if verdict.finding is Finding.MET else {}
    urgency = urgency_of(rule, verdict)
    after = opening.grown(before, urgency, evidence, judged.people, judged.log_time, verdict.why)
    if after != before:
        put(state, effects, after)
        if after.priority != before.priority:
            tell(state, effects, "incident.raised", after, f"raised/P{after.priority}")
            _lift(state, effects, after, judged.log_time)


def prove(state: CommunityState, effects: Effects, event: Event) -> None:
    """Steps that this event proves."""
    if event.type not in answer.PROVING:
        return
    roles = state.roles_at(event.member, event.time)
    for incident in list(state.incidents.values()):
        after = answer.proved(incident, event, roles)
        if after is not incident:
            changed(state, effects, incident, after)


def changed(state: CommunityState, effects: Effects, before: Incident, after: Incident) -> None:
    """Keep an incident after steps were done, and tell of each of them."""
    put(state, effects, after)
    for old, new in zip(before.steps, after.steps, strict=True):
        if new.completed_at is not None and old.completed_at is None:
            more = {"step": new.name, "on_time": new.on_time, "completed_by": new.completed_by}
            tell(state, effects, "incident.step_completed", after, f"completed/{new.name}", more)


def breach(state: CommunityState, effects: Effects, due: int) -> None:
    """Deadlines that pass at this moment of log time."""
    for incident in list(state.incidents.values()):
        after, late = answer.breached(incident, due)
        if not late:
            continue
        put(state, effects, after)
        for step in late:
            more = {"step": step.name, "escalated_to": step.owner}
            tell(state, effects, "incident.step_breached", after, f"breached/{step.name}", more)
    state.refresh_deadline()


def put(state: CommunityState, effects: Effects, incident: Incident) -> None:
    """Keep an incident; a resolved one leaves memory once it is written."""
    if incident.state == "resolved":
        state.incidents.pop(incident.id, None)
    else:
        state.incidents[incident.id] = incident
    effects.incidents[state.key, incident.id] = incident
    state.refresh_deadline()
