"""Generations: each a set of tables in a schema of its own; one of them is live."""

from collections.abc import Iterable
from pathlib import Path

from services.kit.projection.definition import Connection, Projection
from services.kit.projection.seen import Seen
from services.kit.runtime import clock, database, sql

Q = sql.load(__file__)


class OtherVersionError(Exception):
    """The live tables are of another version than this release's."""

    def __init__(self, projection: Projection, version: int) -> None:
        remedy = (
            f"`hearth serve {projection.name}` rebuilds them at its start, `hearth rebuild"
            f" {projection.name}` does it now"
            if version < projection.version
            else "this process is of an older release: upgrade it too, or, to go back, stop the"
            f" newer ones and `hearth rebuild {projection.name}`"
        )
        super().__init__(
            f"the live tables of {projection.name} are of version {version}, and this release"
            f" makes version {projection.version}; {remedy}"
        )


def schema_of(projection: str, generation: int) -> str:
    """The schema that holds a generation's tables."""
    return f"{projection}_{generation}"


async def create_tables(db: Connection, projection: Projection, schema: str) -> None:
    """A fresh, empty set of tables in `schema`."""
    await db.execute(f'CREATE SCHEMA "{schema}"')
    await _run(db, schema, (*projection.tables, *projection.added))


async def _run(db: Connection, schema: str, paths: Iterable[Path]) -> None:
    await db.execute(f'SET LOCAL search_path = "{schema}"')
    for path in paths:
        await db.execute(path.read_text(encoding="utf-8"))
    await db.execute("RESET search_path")


async def ensure_live(dsn: str, projection: Projection) -> int:
    """The live generation's number, made when there is none yet. Safe from many processes."""
    db = await database.connect(dsn)
    try:
        async with db.transaction():
            await db.execute("SELECT pg_advisory_xact_lock(hashtext($1))", projection.name)
            await Seen(projection.name).create(db)  # under the lock: two at once would collide
            row = await db.fetchrow(Q.live, projection.name)
            if row is not None:
                number = int(row["generation"])
                # It may be of an older release, which had not all of it.
                await _run(db, schema_of(projection.name, number), projection.added)
                return number
            return await add(db, projection, live=True)
    finally:
        await db.close()


async def add(db: Connection, projection: Projection, *, live: bool) -> int:
    """A new generation with empty tables; its number."""
    number = 1 + int(await db.fetchval(Q.last_generation, projection.name))
    await db.execute(
        Q.add_generation, projection.name, number, projection.version, live, clock.now()
    )
    await create_tables(db, projection, schema_of(projection.name, number))
    return number


async def live(db: Connection, projection: str) -> int:
    """The live generation's number. Raises LookupError before the projection ever ran."""
    row = await db.fetchrow(Q.live, projection)
    if row is None:
        raise LookupError(f"the projection {projection} has never run")
    return int(row["generation"])


async def hold_live(db: Connection, projection: str) -> tuple[int, int]:
    """The live generation and its version; nobody flips until this transaction ends.

    Raises LookupError before the projection ever ran.
    """
    # Who has waited for a flip finds that its row is live no more: the next look finds the new one.
    for _ in range(3):
        row = await db.fetchrow(Q.live_for_share, projection)
        if row is not None:
            return int(row["generation"]), int(row["version"])
    raise LookupError(f"the projection {projection} has never run")


async def live_version(db: Connection, projection: str) -> int:
    """Of which version the live tables are. Raises LookupError before the projection ever ran."""
    row = await db.fetchrow(Q.live, projection)
    if row is None:
        raise LookupError(f"the projection {projection} has never run")
    return int(row["version"])


async def reached(db: Connection, projection: str, generation: int) -> dict[int, int]:
    """Of each partition the first offset that a generation has not folded."""
    rows = await db.fetch(Q.progress, projection, generation)
    return {row["partition"]: row["next"] for row in rows}


async def drop(db: Connection, projection: str, generation: int) -> None:
    """Give a generation up, its tables included."""
    await db.execute(f'DROP SCHEMA IF EXISTS "{schema_of(projection, generation)}" CASCADE')
    await db.execute(Q.drop_progress, projection, generation)
    await db.execute(Q.drop_generation, projection, generation)
