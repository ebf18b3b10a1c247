"""Orders about incidents: checked against what is true now, and answered as the action to append.

What the check says can be outrun by the log; the fold checks again and records a refusal.
"""

from typing import Any

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from services.alerts.incidents.answer import RefusedError, fit_for_step
from services.alerts.incidents.model import OPEN, RESOLVED, Incident
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)
_decoder = msgspec.json.Decoder(Incident)

__all__ = ["Order", "RefusedError", "acknowledge", "complete_step", "resolve"]


class Order(BaseModel):
    """The body of an order; all of it may be left out."""

    model_config = ConfigDict(extra="forbid")
    by: str | None = Field(default=None, min_length=1, max_length=64, description="Who did it.")
    note: str | None = Field(default=None, max_length=65_536, description="In their own words.")


async def acknowledge(
    db: Connection, community: int, incident: str, order: Order
) -> tuple[str, dict[str, Any]]:
    """(type, data) of the action. Raises LookupError, RefusedError."""
    found = await _load(db, community, incident)
    if found.state != OPEN:
        raise RefusedError(f"the incident is {found.state} already")
    return "incident.acknowledged", _data(incident, by=order.by)


async def complete_step(
    db: Connection, community: int, incident: str, step: str, order: Order
) -> tuple[str, dict[str, Any]]:
    """(type, data) of the action. Raises LookupError (also for the step), RefusedError."""
    found = await _load(db, community, incident)
    if step not in {each.name for each in found.steps}:
        known = ", ".join(each.name for each in found.steps)
        raise LookupError(f"no step {step!r}; the incident's steps are {known}")
    fit_for_step(found, step)
    return "incident.step_completed", _data(incident, step=step, by=order.by, note=order.note)


async def resolve(
    db: Connection, community: int, incident: str, order: Order
) -> tuple[str, dict[str, Any]]:
    """(type, data) of the action. Raises LookupError, RefusedError."""
    found = await _load(db, community, incident)
    if found.state == RESOLVED:
        raise RefusedError("the incident is resolved already")
    return "incident.resolved", _data(incident, by=order.by, note=order.note)


async def _load(db: Connection, community: int, incident: str) -> Incident:
    row = await db.fetchrow(Q.one, community, incident)
    if row is None:
        raise LookupError(f"no incident {incident!r}")
    return _decoder.decode(row["document"])


def _data(incident: str, **more: str | None) -> dict[str, Any]:
    return {"incident": incident, **{name: v for name, v in more.items() if v is not None}}
