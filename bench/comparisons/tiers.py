"""The close of a day: a hundred thousand buyers judged at once, inside the fold's transaction.

The tables are filled by themselves, a year of orders, deeds and likes. The first close enters
everybody; those after it, a day each, what a day changes.
"""

import statistics
import time

import asyncpg

from bench.rows import Row, limit, shown
from bench.world import Stage, World, say, sized
from services.incentives.projection import PROJECTION
from services.incentives.tiers import store
from services.incentives.tiers.definition import Tiers
from services.kit.projection import generations
from services.kit.runtime import clock, database, sql

STAGE = Stage.FRESH
Q = sql.load(__file__.replace("comparisons/tiers", "closing"), "closing.sql")
BUYERS = 100_000
DAY = 20_000
DAYS = 7
SCHEMA = "closing_1"


async def run(at: World) -> list[Row]:
    """Fill, close once for all, then day after day."""
    count = sized(BUYERS, 2_000)
    db = await database.connect(at.dsn, search_path=SCHEMA, synchronous=False)
    try:
        async with db.transaction():
            await generations.create_tables(db, PROJECTION, SCHEMA)
        for query in (Q.orders, Q.days, Q.pairs):
            await db.execute(query, count, DAY)
        await db.execute(Q.settle)
        _, first = await closed(db, DAY)
        await db.execute(Q.settle)
        each = [await closed(db, DAY + day) for day in range(1, DAYS + 1)]
    finally:
        await db.close()
    changes = statistics.median(found for found, _ in each)
    what = f"close of a day, {count:,} buyers"
    return [
        shown(f"{what}: the first, which enters everybody", first, "s"),
        limit(
            f"{what}: slowest of {DAYS}", max(t for _, t in each), "s", 5, f"{changes:,} changes"
        ),
    ]


async def closed(db: asyncpg.Connection, day: int) -> tuple[int, float]:
    """Changes and seconds of one close."""
    begun = time.perf_counter()
    async with db.transaction():
        changes, _ = await store.close(db, 1, day, day * clock.DAY, Tiers())
    took = time.perf_counter() - begun
    say(f"day {day}: {len(changes):,} changes in {took:.2f} s")
    return len(changes), took
