"""Incidents as they are read. Members are tokens here: the gateway puts names to `affected`."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import msgspec
from pydantic import BaseModel, Field

from services.alerts.incidents.model import Entry, Incident, Step
from services.kit.projection.definition import Connection
from services.kit.runtime import sql
from services.kit.runtime.clock import rfc3339

Q = sql.load(__file__)
LATEST = 2**62
_decoder = msgspec.json.Decoder(Incident)


class StepModel(BaseModel):
    """A step of the answer."""

    name: str
    title: str
    deadline: str | None = Field(description="None for history, which has no clock.")
    owner: str | None
    backup: str | None
    completed_at: str | None
    completed_by: str | None = Field(description="`log` where the log itself holds the proof.")
    on_time: bool | None
    breached_at: str | None
    proof: dict[str, Any] | None = Field(description="What in the log completes it by itself.")


class EntryModel(BaseModel):
    """A line of the timeline."""

    at: str
    what: str
    detail: str


class IncidentModel(BaseModel):
    """An episode, with its four times told apart."""

    id: str
    rule: str
    name: str
    title: str
    state: str = Field(description="open, acknowledged or resolved.")
    priority: str
    space: str | None
    playbook: str
    group: str | None = Field(description="The incident with which this one is answered.")
    historical: bool
    happened_at: str
    detected_at: str
    notified_at: str | None
    acknowledged_at: str | None
    acknowledged_by: str | None
    resolved_at: str | None
    resolved_by: str | None
    evidence: dict[str, Any]
    affected: list[int] = Field(description="Members behind the evidence.")
    steps: list[StepModel]
    timeline: list[EntryModel]


class Page(BaseModel):
    """Some incidents, newest first; `after` is the place of the last one, for the next page."""

    incidents: list[IncidentModel]
    after: tuple[int, str] | None


async def page(
    db: Connection,
    community: int,
    *,
    state: str | None = None,
    after: tuple[int, str] = (LATEST, ""),
    limit: int = 50,
) -> Page:
    """Incidents after a place (detected_at, id), newest first."""
    rows = await db.fetch(Q.page, community, state, *after, limit)
    told = await _notified(db, community, [row["incident"] for row in rows])
    last = (rows[-1]["detected_at"], rows[-1]["incident"]) if len(rows) == limit else None
    return Page(incidents=[_model(row, told) for row in rows], after=last)


async def one(db: Connection, community: int, incident: str) -> IncidentModel:
    """One incident. Raises LookupError."""
    row = await db.fetchrow(Q.one, community, incident)
    if row is None:
        raise LookupError(f"no incident {incident!r}")
    return _model(row, await _notified(db, community, [incident]))


async def _notified(db: Connection, community: int, ids: Sequence[str]) -> dict[str, int]:
    rows = await db.fetch(Q.notified, community, ids) if ids else []
    return {row["incident"]: row["at"] for row in rows}


def _time(at: int | None) -> str | None:
    return None if at is None else rfc3339(at)


def _model(row: asyncpg.Record, told: dict[str, int]) -> IncidentModel:
    found = _decoder.decode(row["document"])
    notified = told.get(found.id)
    timeline = list(found.timeline)
    if notified is not None:
        timeline = sorted([*timeline, Entry(notified, "notified")], key=lambda entry: entry.at)
    return IncidentModel(
        id=found.id,
        rule=found.rule,
        name=found.name,
        title=found.title,
        state=found.state,
        priority=f"P{found.priority}",
        space=row["space_name"],
        playbook=found.playbook,
        group=found.group,
        historical=found.historical,
        happened_at=rfc3339(found.happened_at),
        detected_at=rfc3339(found.detected_at),
        notified_at=_time(notified),
        acknowledged_at=_time(found.acknowledged_at),
        acknowledged_by=found.acknowledged_by,
        resolved_at=_time(found.resolved_at),
        resolved_by=found.resolved_by,
        evidence=found.evidence,
        affected=list(found.affected),
        steps=[_step(step) for step in found.steps],
        timeline=[
            EntryModel(at=rfc3339(entry.at), what=entry.what, detail=entry.detail)
            for entry in timeline
        ],
    )


def _step(step: Step) -> StepModel:
    return StepModel(
        name=step.name,
        title=step.title,
        deadline=_time(step.deadline),
        owner=step.owner,
        backup=step.backup,
        completed_at=_time(step.completed_at),
        completed_by=step.completed_by,
        on_time=step.on_time,
        breached_at=_time(step.breached_at),
        proof=step.proof,
    )
