"""Blue/green: a new generation catches up beside the live one, then a pointer flips.

The flip locks the live progress of all partitions, folds what little came meanwhile, hands the
positions over and raises every epoch, in one short transaction: the live workers find themselves
fenced, see the new generation and go on from the same positions.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import asyncpg

from services.kit.log.port import Log
from services.kit.projection import generations
from services.kit.projection.definition import Projection
from services.kit.projection.replay import Replay, Sources
from services.kit.runtime import database, garbage, sql

Q = sql.load(__file__)
AT_ONCE = 6
"""Partitions replayed side by side: folding one overlaps with writing another."""
CLOSE_ENOUGH = 2_000
"""Records behind the live generation at which the flip may begin."""

Told = Callable[[int, int], None]
"""Told (done, total) records, for a progress bar."""


class BeginningGoneError(Exception):
    """The log's beginning was removed: a replay could not end the same."""


class RebuildRunningError(Exception):
    """Somebody rebuilds this projection already."""


async def refuse_a_cut_log(log: Log) -> None:
    """Raises BeginningGoneError unless every partition still begins at its beginning."""
    for partition in range(await log.partitions()):
        beginning = await log.beginning(partition)
        if beginning > 0:
            raise BeginningGoneError(
                f"partition {partition} of {log.topic} begins at {beginning}, not at 0: its oldest"
                " records are gone, so nothing can be rebuilt from it. Restore the log from a"
                " backup, and set retention.ms=-1 on the topic."
            )


class Rebuild:
    """One rebuild of a projection; `run()` returns the new generation's number."""

    def __init__(self, projection: Projection, dsn: str, sources: Sources) -> None:
        self._projection, self._dsn, self._sources = projection, dsn, sources
        self._done = 0

    async def run(self, told: Told = lambda _done, _total: None) -> int:
        """Raises BeginningGoneError, RebuildRunningError, LogUnavailableError, and what a database
        away raises."""
        garbage.seldom()
        await refuse_a_cut_log(self._sources.log)
        await generations.ensure_live(self._dsn, self._projection)
        async with alone(self._dsn, self._projection.name):
            return await self._run(told)

    async def _run(self, told: Told) -> int:
        pool = await database.pool(self._dsn, size=AT_ONCE, synchronous=False)
        generation = 0
        try:
            async with pool.acquire() as db, db.transaction():
                generation = await generations.add(db, self._projection, live=False)
            replays = self._replays(generation, await self._sources.log.partitions())
            await self._catch_up(pool, replays, told)
            await self._flip(generation, replays, told)
        except BaseException:
            if generation:
                await self._give_up(generation)
            raise
        finally:
            await pool.close()
        return generation

    def _replays(self, generation: int, partitions: int) -> list[Replay]:
        schema = generations.schema_of(self._projection.name, generation)
        return [
            Replay(self._projection, schema, partition, self._sources)
            for partition in range(partitions)
        ]

    async def _live_positions(self, pool: database.Pool) -> dict[int, int]:
        async with pool.acquire() as db:
            live = await generations.live(db, self._projection.name)
            return await generations.reached(db, self._projection.name, live)

    async def _catch_up(self, pool: database.Pool, replays: list[Replay], told: Told) -> None:
        """Fold until every partition is nearly where the live generation is."""
        while True:
            goals = await self._live_positions(pool)
            behind = [r for r in replays if r.next < goals.get(r.partition, 0)]
            left = sum(goals[replay.partition] - replay.next for replay in behind)
            if left <= CLOSE_ENOUGH:
                return
            total = self._done + left
            async with asyncio.TaskGroup() as group:
                for replay in behind:
                    goal = goals[replay.partition]
                    group.create_task(self._replay(pool, replay, goal, total, told))

    async def _replay(
        self, pool: database.Pool, replay: Replay, goal: int, total: int, told: Told
    ) -> None:
        async with pool.acquire() as db:
            await replay.run(db, goal, lambda more: self._told(more, total, told))

    def _told(self, more: int, total: int, told: Told) -> None:
        self._done += more
        told(self._done, max(total, self._done))

    async def _flip(self, generation: int, replays: list[Replay], told: Told) -> None:
        """Hand over. Nobody can move the live generation while this transaction stands."""
        name = self._projection.name
        db = await database.connect(self._dsn)
        try:
            async with db.transaction():
                await db.fetch(Q.lock_generations, name)
                live = await generations.live(db, name)
                for replay in replays:
                    row = await db.fetchrow(Q.progress_of, name, live, replay.partition)
                    goal = 0 if row is None else int(row["next"])
                    async for records in self._sources.log.read(
                        replay.partition, replay.next, goal
                    ):
                        await replay.apply(db, records)
                        self._told(len(records), self._done, told)
                    await db.execute(
                        Q.put_progress, name, generation, replay.partition, goal, replay.log_time
                    )
                    await db.execute(Q.raise_epoch, name, live, replay.partition)
                await db.execute(Q.unflip, name)
                await db.execute(Q.flip, name, generation)
                await db.execute(Q.announce_flip, name)
        finally:
            await db.close()

    async def _give_up(self, generation: int) -> None:
        try:
            db = await database.connect(self._dsn)
        except (OSError, asyncpg.PostgresError):
            return  # it is swept with the next rebuild
        try:
            await asyncio.shield(generations.drop(db, self._projection.name, generation))
        finally:
            await db.close()


@asynccontextmanager
async def alone(dsn: str, projection: str) -> AsyncIterator[None]:
    """Nobody else rebuilds meanwhile; what a killed rebuild left is dropped.

    Raises RebuildRunningError where somebody does.
    """
    db = await database.connect(dsn)
    try:
        if not await db.fetchval(Q.try_rebuilding, projection):
            raise RebuildRunningError(f"{projection} is being rebuilt already")
        for row in await db.fetch(Q.abandoned, projection):
            async with db.transaction():
                await generations.drop(db, projection, row["generation"])
        yield
    finally:
        await db.close()


async def sweep(dsn: str, projection: str, keep: int = 1) -> list[int]:
    """Drop generations that are not live, but for the newest `keep`; the numbers dropped."""
    db = await database.connect(dsn)
    try:
        rows = await db.fetch(Q.not_live, projection)
        old = [int(row["generation"]) for row in rows[keep:]]
        for generation in old:
            async with db.transaction():
                await generations.drop(db, projection, generation)
        return old
    finally:
        await db.close()
