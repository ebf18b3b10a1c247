"""Reading dead letters, and asking for a retry: used by the command line and the gateway."""

from typing import Any

from services.kit.actions.envelope import Action, one_adapter
from services.kit.runtime import clock, database, sql

Q = sql.load(__file__)


class NoSuchLetterError(LookupError):
    """There is no dead letter at that place."""


async def listed(
    pool: database.Pool, projection: str | None, *, everything: bool = False, limit: int = 1000
) -> list[dict[str, Any]]:
    """Dead letters, newest first; with `everything` also those a retry has brought back."""
    rows = await pool.fetch(Q.list_dead, projection, everything, limit)
    return [_letter(dict(row.items())) for row in rows]


async def one(pool: database.Pool, projection: str, partition: int, offset: int) -> dict[str, Any]:
    """One dead letter. Raises NoSuchLetterError."""
    row = await pool.fetchrow(Q.one_dead, projection, partition, offset)
    if row is None:
        raise NoSuchLetterError(
            f"{projection} has no dead letter at {offset} of partition {partition};"
            " see `hearth dead-letters list`"
        )
    return _letter(dict(row.items()))


def _letter(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "at": clock.rfc3339(row["at"])}


def retry_action(community: str, projection: str, offset: int) -> Action:
    """The action that asks for a retry; each asking is one of its own."""
    return one_adapter().validate_python(
        {
            "id": f"retry/{projection}/{offset}/{clock.now()}",
            "source": "hearth",
            "type": "dead_letter.retried",
            "community": community,
            "data": {"projection": projection, "offset": offset},
        }
    )
