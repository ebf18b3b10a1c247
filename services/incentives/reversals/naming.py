"""Which order an entry of the ledger belongs to."""

from collections.abc import Collection

from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)


async def names_at(db: Connection, community: int, positions: Collection[int]) -> dict[int, str]:
    """The names of the orders that actions at some positions are parts of."""
    rows = await db.fetch(Q.names, community, sorted(positions))
    return {row["offset"]: row["name"] for row in rows}
