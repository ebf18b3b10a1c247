"""Opening an incident, and what else its rule does to it. Pure.

The id derives from the cause: the same log opens the same incidents under the same ids.
"""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import structs

from services.alerts.incidents.duty import holder
from services.alerts.incidents.model import (
    MOST_AFFECTED,
    RESOLVED,
    Entry,
    Incident,
    Step,
)
from services.alerts.incidents.priority import Priority
from services.alerts.policy.alerts import Alerts
from services.alerts.policy.playbooks import Playbook
from services.alerts.rules.definition import Rule


def incident_id(community: int, rule: str, space: int, cause: str) -> str:
    """Such as `r4-1f0c9a2b7d3e`."""
    name = f"{community}\x00{rule}\x00{space}\x00{cause}".encode()
    return f"{rule.lower()}-{blake2b(name, digest_size=6).hexdigest()}"


def opened(
    id_: str,
    rule: Rule,
    space: int,
    priority: Priority,
    playbook: str,
    alerts: Alerts,
    *,
    at: int,
    happened_at: int,
    zone: ZoneInfo,
    why: str,
    evidence: Mapping[str, Any],
    affected: Sequence[int],
    historical: bool,
) -> Incident:
    """A new incident. Deadlines count from `at`, the log time of the opening."""
    steps = _steps(alerts.playbook(playbook), alerts, at, zone, historical)
    return Incident(
        id=id_,
        rule=rule.id,
        name=rule.name,
        title=rule.title,
        space=space,
        priority=int(priority),
        playbook=playbook,
        happened_at=happened_at,
        detected_at=at,
        historical=historical,
        evidence=dict(evidence),
        affected=tuple(affected[:MOST_AFFECTED]),
        steps=steps,
        timeline=(Entry(happened_at, "happened"), Entry(at, "opened", why)),
    )


def _steps(
    playbook: Playbook, alerts: Alerts, at: int, zone: ZoneInfo, historical: bool
) -> tuple[Step, ...]:
    steps = []
    for step in playbook.steps:
        held = holder(alerts.duty, step.duty, at, zone)
        steps.append(
            Step(
                name=step.name,
                title=step.title,
                deadline=None if historical else at + step.within(),
                proof=step.proof.model_dump(mode="json") if step.proof else None,
                owner=held.owner,
                backup=held.backup,
            )
        )
    return tuple(steps)


def grown(
    incident: Incident,
    priority: Priority,
    evidence: Mapping[str, Any],
    affected: Sequence[int],
    at: int,
    why: str,
) -> Incident:
    """With what else its rule found: more people, a more urgent priority, never a lesser."""
    known = set(incident.affected)
    more = tuple(m for m in affected if m not in known)
    timeline = incident.timeline
    urgent = min(int(priority), incident.priority)
    if urgent < incident.priority:
        detail = f"P{incident.priority} to P{urgent}: {why}"
        timeline = (*timeline, Entry(at, "priority_raised", detail))
    return structs.replace(
        incident,
        priority=urgent,
        evidence={**incident.evidence, **evidence},
        affected=(incident.affected + more)[:MOST_AFFECTED],
        timeline=timeline,
    )


def resolved(incident: Incident, at: int, by: str, why: str) -> Incident:
    """Closed, by its rule or by hand."""
    return structs.replace(
        incident,
        state=RESOLVED,
        resolved_at=at,
        resolved_by=by,
        timeline=(*incident.timeline, Entry(at, "resolved", why)),
    )


def remarked(incident: Incident, at: int, what: str, detail: str) -> Incident:
    """With a line more in its timeline."""
    return structs.replace(incident, timeline=(*incident.timeline, Entry(at, what, detail)))
