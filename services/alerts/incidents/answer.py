"""The answer to an incident: proof found in the log, steps done by hand, deadlines passed. Pure."""

from collections.abc import Collection, Mapping
from typing import Any

from msgspec import structs

from services.alerts.incidents.model import (
    ACKNOWLEDGED,
    OPEN,
    RESOLVED,
    Entry,
    Incident,
    Step,
)
from services.kit.actions.event import Event

PROVING = frozenset({"thread.moved", "post.created", "reply.created", "reward.granted"})
"""Event types that can prove a step."""


class RefusedError(Exception):
    """An order that does not fit the incident's state; the message says why and what to do."""


def proved(incident: Incident, event: Event, roles: Collection[str]) -> Incident:
    """After an event that may prove steps: the same object where it proves none.

    What happened before the onset proves nothing.
    """
    if incident.state == RESOLVED or event.time < incident.happened_at:
        return incident
    steps, timeline = [], []
    for step in incident.steps:
        after = _prove(incident, step, event, roles) if _waits(step) else step
        if after.completed_at is not None and step.completed_at is None:
            timeline.append(_done(after, f"proof in the log: {event.type}"))
        steps.append(after)
    if all(a is b for a, b in zip(steps, incident.steps, strict=True)):
        return incident
    return structs.replace(incident, steps=tuple(steps), timeline=(*incident.timeline, *timeline))


def _waits(step: Step) -> bool:
    return step.completed_at is None and step.proof is not None


def _prove(incident: Incident, step: Step, event: Event, roles: Collection[str]) -> Step:
    proof: Mapping[str, Any] = step.proof or {}
    if event.type == "thread.moved":
        fits = event.data.get("to_space") in proof.get("thread_moved_to", ())
        return completed(incident, step, event, "log") if fits else step
    if "message_by" in proof:
        wrote = event.type in ("post.created", "reply.created")
        fits = wrote and any(role in roles for role in proof["message_by"])
        return completed(incident, step, event, "log") if fits else step
    if "granted" in proof:
        return _compensated(incident, step, proof, event, roles)
    return step


def _compensated(
    incident: Incident, step: Step, proof: Mapping[str, Any], event: Event, roles: Collection[str]
) -> Step:
    after = step
    if event.type == "reward.granted" and _counts(incident, proof, event):
        member = event.member
        if member in incident.affected and member not in step.granted:
            after = structs.replace(step, granted=(*step.granted, member))
    elif event.type == "post.created" and event.data.get("category") == proof["note_category"]:
        after = structs.replace(step, noted=step.noted or bool({"staff", "executive"} & {*roles}))
    if after == step:
        return step
    noted = after.noted or proof["note_category"] is None
    if noted and incident.affected and set(incident.affected) <= set(after.granted):
        return completed(incident, after, event, "log")
    return after


def _counts(incident: Incident, proof: Mapping[str, Any], event: Event) -> bool:
    if event.data.get("incident") is not None:
        return bool(event.data["incident"] == incident.id)
    return event.data.get("reward") in proof["granted"]


def completed(incident: Incident, step: Step, event: Event, by: str) -> Step:
    """Done at the event's time, though not before the opening nor after it was known."""
    at = max(incident.detected_at, min(event.time, event.log_time))
    on_time = None if step.deadline is None else at <= step.deadline
    return structs.replace(step, completed_at=at, completed_by=by, on_time=on_time)


def _done(step: Step, how: str) -> Entry:
    punctual = {True: ", on time", False: ", late", None: ""}[step.on_time]
    return Entry(step.completed_at or 0, "step_completed", f"{step.name}{punctual}; {how}")


def acknowledged(incident: Incident, event: Event) -> Incident:
    """Somebody took it up. Raises RefusedError."""
    if incident.state != OPEN:
        raise RefusedError(f"the incident is {incident.state} already")
    by = event.data.get("by")
    return structs.replace(
        incident,
        state=ACKNOWLEDGED,
        acknowledged_at=event.time,
        acknowledged_by=by,
        timeline=(*incident.timeline, Entry(event.time, "acknowledged", by or "")),
    )


def completed_by_hand(incident: Incident, event: Event) -> Incident:
    """Somebody says that a step is done. Raises RefusedError."""
    fit_for_step(incident, event.data["step"])
    by = event.data.get("by")
    steps, lines = [], []
    for step in incident.steps:
        if step.name == event.data["step"]:
            step = completed(incident, step, event, by or "an operator")
            lines.append(_done(step, f"by {by}" if by else "by hand"))
        steps.append(step)
    return structs.replace(incident, steps=tuple(steps), timeline=(*incident.timeline, *lines))


def fit_for_step(incident: Incident, name: str) -> None:
    """Whether a step can be completed now. Raises RefusedError."""
    step = next((step for step in incident.steps if step.name == name), None)
    if step is None:
        known = ", ".join(step.name for step in incident.steps)
        raise RefusedError(f"no step {name!r}; the incident's steps are {known}")
    if incident.state == RESOLVED:
        raise RefusedError("the incident is resolved already")
    if step.completed_at is not None:
        raise RefusedError(f"the step {name!r} is completed already")


def breached(incident: Incident, due: int) -> tuple[Incident, tuple[Step, ...]]:
    """At a moment of log time: the incident, and the steps whose deadline passed just then.

    A breached step goes to the backup, and stays open: late is better than never.
    """
    steps, late, lines = [], [], []
    for step in incident.steps:
        waiting = step.completed_at is None and step.breached_at is None
        if waiting and step.deadline is not None and step.deadline <= due:
            step = structs.replace(step, breached_at=step.deadline, owner=step.backup or step.owner)
            late.append(step)
            lines.append(Entry(due, "step_breached", f"{step.name}; to {step.owner or 'nobody'}"))
        steps.append(step)
    if not late:
        return incident, ()
    after = structs.replace(incident, steps=tuple(steps), timeline=(*incident.timeline, *lines))
    return after, tuple(late)
