"""Scratch tables: a generation that nobody but its maker reads, and that is gone afterwards.

The maker holds a lock on the schema's name for as long as it is connected. So whoever makes the
next one can tell what a killed process left behind, and drops it.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from services.kit.projection import generations
from services.kit.projection.definition import Connection, Projection
from services.kit.runtime import database, sql

Q = sql.load(__file__)
MARK = "scratch"
PATIENCE = 5.0
"""Seconds for a connection to say goodbye."""


@asynccontextmanager
async def scratch(dsn: str, projection: Projection) -> AsyncIterator[tuple[Connection, str]]:
    """A connection and a schema with empty tables of the projection, which no crash outlives.

    The tables are in no write-ahead log. Left by an error or a cancellation, they are dropped.
    """
    db = await database.connect(dsn, synchronous=False)
    schema = f"{projection.name}_{MARK}_{time.time_ns()}"
    try:
        # Nobody waits for these rows, however long a fold thinks between two statements.
        await db.execute("SET idle_in_transaction_session_timeout = 0")
        await db.execute(Q.hold_scratch, schema)
        await sweep(db, projection.name)
        async with db.transaction():
            await generations.create_tables(db, projection, schema)
            for row in await db.fetch(Q.tables, schema):
                await db.execute(f'ALTER TABLE "{schema}"."{row["table"]}" SET UNLOGGED')
        yield db, schema
    finally:
        await asyncio.shield(_clean(dsn, db, schema))


async def _clean(dsn: str, used: "asyncpg.Connection[asyncpg.Record]", schema: str) -> None:
    """Drop by another connection: a cancellation may have broken the one that was used."""
    try:
        await used.close(timeout=PATIENCE)
    except (asyncpg.InterfaceError, asyncpg.PostgresError, OSError):
        used.terminate()
    try:
        db = await database.connect(dsn)
    except (OSError, asyncpg.PostgresError):
        return  # whoever comes next sweeps it
    try:
        await db.execute(Q.hold_scratch, schema)  # until who used it has ended on the server too
        await _drop(db, schema)
    finally:
        await db.close()


async def sweep(db: Connection, projection: str) -> list[str]:
    """Drop the scratch tables of a projection that nobody holds any more; their schemas."""
    left = []
    for row in await db.fetch(Q.scratches, f"{projection}_{MARK}_"):
        schema = row["schema"]
        if await db.fetchval(Q.try_scratch, schema):
            await _drop(db, schema)
            await db.execute(Q.free_scratch, schema)
            left.append(schema)
    return left


async def _drop(db: Connection, schema: str) -> None:
    await db.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')
