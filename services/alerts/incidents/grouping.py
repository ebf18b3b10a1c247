"""Incidents that are one thing to people: same space, same playbook, within minutes. Pure.

The first one leads: it is answered, and has the highest priority of all. Those that join it keep
their own evidence and end with their own rule, but start no second clock.
"""

from collections.abc import Iterable

from msgspec import structs

from services.alerts.incidents.model import RESOLVED, Entry, Incident
from services.kit.runtime.clock import MINUTE

WITHIN = 15 * MINUTE


def leader(known: Iterable[Incident], incident: Incident) -> Incident | None:
    """The open incident that a new one joins, or None."""
    fitting = [
        other
        for other in known
        if other.group is None
        and other.state != RESOLVED
        and (other.space, other.playbook) == (incident.space, incident.playbook)
        and not (other.historical or incident.historical)
        and incident.detected_at - other.detected_at <= WITHIN
    ]
    return min(fitting, key=lambda other: (other.detected_at, other.id), default=None)


def joined(incident: Incident, lead: Incident) -> Incident:
    """The incident as a part of its leader's: answered there, no less urgent."""
    line = Entry(incident.detected_at, "grouped", f"answered with {lead.id}")
    return structs.replace(
        incident,
        group=lead.id,
        priority=min(incident.priority, lead.priority),
        steps=(),
        timeline=(*incident.timeline, line),
    )


def lifted(lead: Incident, incident: Incident, at: int) -> Incident:
    """The leader, no less urgent than one that joined it; the same object where it is not."""
    if incident.priority >= lead.priority:
        return lead
    line = Entry(at, "priority_raised", f"P{lead.priority} to P{incident.priority}: {incident.id}")
    return structs.replace(lead, priority=incident.priority, timeline=(*lead.timeline, line))
