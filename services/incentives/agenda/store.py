"""The statements of the agenda."""

from services.incentives.agenda.coming import Coming, Due
from services.kit.projection.definition import NEVER, Connection
from services.kit.runtime import sql

Q = sql.load(__file__)


async def load(db: Connection, coming: Coming, partition: int, log_time: int) -> list[Due]:
    """Bring in what is due by a log time, and learn when the next will be."""
    if coming.beyond > log_time:
        return []
    rows = [tuple(row) for row in await db.fetch(Q.due, partition, log_time)]
    for row in rows:
        coming.loaded(row)
    following = await db.fetchval(Q.next_due, partition, log_time)
    coming.beyond = NEVER if following is None else following
    return rows


async def write(db: Connection, coming: Coming, partition: int) -> None:
    """Take what was due off the table, and add what is new."""
    if coming.passed > -NEVER:
        await db.execute(Q.passed, partition, coming.passed)
    if coming.fresh:
        rows, columns = list(coming.fresh.elements()), ("due", "community", "member")
        await db.copy_records_to_table("agenda", records=rows, columns=columns)
    coming.written()
