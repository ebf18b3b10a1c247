"""For who alone uses a database's log: whoever held partitions before is gone for certain."""

from services.kit.runtime import database, sql

Q = sql.load(__file__)


async def forget_members(dsn: str) -> None:
    """End all memberships, so that a restart need not wait for the dead ones to expire."""
    db = await database.connect(dsn)
    try:
        await db.execute(Q.forget_members)
    finally:
        await db.close()
