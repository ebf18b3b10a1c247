"""An incident as it is kept: immutable values, a change is a new one.

Instants are microseconds since 1970 UTC. The four that are told apart: `happened_at` (event
time of the onset), `detected_at` (log time at which the rule fired), `acknowledged_at`, and
`notified_at`, which only the notifier knows and keeps in its own tables.
"""

from typing import Any

from msgspec import Struct

OPEN, ACKNOWLEDGED, RESOLVED = "open", "acknowledged", "resolved"


class Step(Struct, frozen=True, omit_defaults=True):
    """A step of the answer. `deadline` is None for history, which has no clock."""

    name: str
    title: str
    deadline: int | None
    proof: dict[str, Any] | None = None
    """The policy's proof at the time of opening; None is by hand only."""
    owner: str | None = None
    backup: str | None = None
    completed_at: int | None = None
    completed_by: str | None = None
    on_time: bool | None = None
    breached_at: int | None = None
    """When the deadline passed without it; it was then escalated to the backup."""
    granted: tuple[int, ...] = ()
    """Of the affected, those who were granted a reward so far."""
    noted: bool = False
    """Whether the progress note was published."""


class Entry(Struct, frozen=True, omit_defaults=True):
    """A line of the timeline: when (event or due time), what, and in words."""

    at: int
    what: str
    detail: str = ""


class Incident(Struct, frozen=True, omit_defaults=True):
    """An episode of a rule in a community, or in a space of it."""

    id: str
    rule: str
    name: str
    title: str
    space: int
    """0 for the whole community."""
    priority: int
    playbook: str
    happened_at: int
    detected_at: int
    state: str = OPEN
    group: str | None = None
    """The incident with which this one is answered; None for one that is answered itself."""
    historical: bool = False
    """Opened by what was imported: nobody was told and no clock runs."""
    acknowledged_at: int | None = None
    acknowledged_by: str | None = None
    resolved_at: int | None = None
    resolved_by: str | None = None
    evidence: dict[str, Any] = {}
    affected: tuple[int, ...] = ()
    """Members (tokens) who stand behind the evidence, at most `MOST_AFFECTED`."""
    steps: tuple[Step, ...] = ()
    timeline: tuple[Entry, ...] = ()


MOST_AFFECTED = 1_000


def next_deadline(incident: Incident) -> int | None:
    """The earliest deadline that is neither met nor breached yet."""
    if incident.state == RESOLVED:
        return None
    waiting = [
        step.deadline
        for step in incident.steps
        if step.deadline is not None and step.completed_at is None and step.breached_at is None
    ]
    return min(waiting, default=None)
