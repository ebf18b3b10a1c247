"""A reviewer's order about a held entry: checked, and answered as the action to append.

The log can outrun the check; the fold then leaves things as they are and a fact says so.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from services.incentives.guards.holding import HELD
from services.incentives.points.original import Why
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)


class Decision(BaseModel):
    """The body of an order."""

    model_config = ConfigDict(extra="forbid")
    passed: bool = Field(strict=True, description="Whether the entry counts from now on.")
    by: str | None = Field(default=None, min_length=1, max_length=64, description="Who decided.")


class RefusedError(Exception):
    """It does not fit what is true now."""


async def decide(
    db: Connection, community: int, entry: str, decision: Decision
) -> tuple[str, dict[str, Any]]:
    """(type, data) of the action. Raises LookupError, RefusedError."""
    state = await db.fetchval(Q.state, community, entry)
    if state is None:
        raise LookupError(f"no entry {entry!r} was ever held here; GET .../pending lists them")
    if state not in (HELD, Why.RESTORED):
        raise RefusedError(f"the entry is {Why(state).name.lower()} already")
    told = {"entry": entry, "passed": decision.passed}
    return "pending.decided", told | ({"by": decision.by} if decision.by else {})
