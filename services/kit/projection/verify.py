"""The proof that the live tables are what the log says: replay beside them, and compare.

`verify` replays everything into scratch tables, once. `Verification` does it all the time, one
community after another, on a bounded share of a core, and tells Prometheus.
"""

import asyncio
import time
from collections.abc import Callable

import structlog

from services.kit.projection import generations, metrics
from services.kit.projection.compare import TableHash, different, hashes
from services.kit.projection.definition import Connection, Projection
from services.kit.projection.rebuild import refuse_a_cut_log
from services.kit.projection.replay import Replay, Sources
from services.kit.projection.scratch import scratch
from services.kit.registry.registry import Community, Registry
from services.kit.runtime import clock, database, sql
from services.kit.runtime.background import Background

Q = sql.load(__file__)
AGAIN = 3600.0
"""Seconds after which a community is proven again although nothing came."""

logger = structlog.get_logger(__name__)


class Proof:
    """Live hashes at known positions, taken in one snapshot, and what a replay makes of them."""

    def __init__(self, projection: Projection, dsn: str, sources: Sources) -> None:
        self._projection, self._dsn, self._sources = projection, dsn, sources

    async def different(
        self,
        communities: list[Community] | None = None,
        told: Callable[[int, int], None] = lambda _done, _total: None,
        pace: Callable[[], "asyncio.Future[None] | None"] = lambda: None,
    ) -> tuple[list[str], dict[int, int]]:
        """The tables that differ, and the positions compared at; of some communities or of all.

        Raises BeginningGoneError, OtherVersionError, LogUnavailableError.
        """
        await refuse_a_cut_log(self._sources.log)
        keys = None if communities is None else [community.key for community in communities]
        async with scratch(self._dsn, self._projection) as (db, schema):
            live, positions = await self._snapshot(db, keys)
            if communities is not None:
                held = {community.partition for community in communities}
                positions = {p: next_ for p, next_ in positions.items() if p in held}
            total, done = sum(positions.values()), 0

            def step(more: int) -> None:
                nonlocal done
                done += more
                told(done, total)

            alone = communities[0].slug if communities and len(communities) == 1 else None
            for partition, goal in positions.items():
                replay = Replay(self._projection, schema, partition, self._sources, alone)
                await self._paced(db, replay, goal, step, pace)
            return different(live, await hashes(db, self._projection, schema, keys)), positions

    async def _paced(
        self,
        db: Connection,
        replay: Replay,
        goal: int,
        step: Callable[[int], None],
        pace: Callable[[], "asyncio.Future[None] | None"],
    ) -> None:
        async for records in self._sources.log.read(replay.partition, 0, goal):
            async with db.transaction():
                await replay.apply(db, records)
            step(len(records))
            pause = pace()
            if pause is not None:
                await pause

    async def _snapshot(
        self, db: Connection, keys: list[int] | None
    ) -> tuple[dict[str, TableHash], dict[int, int]]:
        async with db.transaction(isolation="repeatable_read", readonly=True):
            live = await generations.live(db, self._projection.name)
            version = await generations.live_version(db, self._projection.name)
            if version != self._projection.version:
                raise generations.OtherVersionError(self._projection, version)
            schema = generations.schema_of(self._projection.name, live)
            return (
                await hashes(db, self._projection, schema, keys),
                await generations.reached(db, self._projection.name, live),
            )


class Verification(Background):
    """Continuous proof. `share` is the part of a core that it may use, 0 to 1."""

    def __init__(
        self,
        projection: Projection,
        dsn: str,
        registry: Registry,
        sources: Sources,
        share: float = 0.02,
        rest: float = 60.0,
    ) -> None:
        super().__init__(f"verify-{projection.name}")
        self._projection, self._dsn, self._registry = projection, dsn, registry
        self._proof = Proof(projection, dsn, sources)
        self._share, self._rest = share, rest
        self._proven: dict[int, tuple[int, float]] = {}
        """Of each community found well: the position, and when, by the monotonic clock."""

    async def work(self) -> None:
        """One round after another."""
        while True:
            await asyncio.sleep(self._rest)
            try:
                await self.round()
            except generations.OtherVersionError as error:
                logger.info("nothing to prove yet", reason=str(error))

    async def round(self) -> dict[str, list[str]]:
        """Prove the communities that moved, one after another; slug -> tables that differ."""
        found = {}
        for community in await self._registry.communities():
            if not await self._settled(community):
                found[community.slug] = await self._prove(community)
        bad = [slug for slug, tables in found.items() if tables]
        metrics.MISMATCHES.labels(self._projection.name).set(len(bad))
        if not bad:
            metrics.VERIFIED.labels(self._projection.name).set(time.time())
        else:
            logger.error("live differs from replay", projection=self._projection.name, found=found)
        return found

    async def _settled(self, community: Community) -> bool:
        """Whether nothing came since it was found well, not long ago."""
        following, at = self._proven.get(community.key, (-1, 0.0))
        if time.monotonic() - at > AGAIN:
            return False
        db = await database.connect(self._dsn)
        try:
            live = await generations.live(db, self._projection.name)
            reached = await generations.reached(db, self._projection.name, live)
        finally:
            await db.close()
        return reached.get(community.partition) == following

    async def _prove(self, community: Community) -> list[str]:
        begun = time.process_time()

        def pace() -> "asyncio.Future[None]":
            nonlocal begun
            used, begun = time.process_time() - begun, time.process_time()
            return asyncio.ensure_future(asyncio.sleep(used * (1 / self._share - 1)))

        tables, positions = await self._proof.different([community], pace=pace)
        following = positions.get(community.partition, 0)
        outcome = (self._projection.name, community.key, clock.now(), following, tables)
        db = await database.connect(self._dsn)
        try:
            await db.execute(Q.put_verification, *outcome)
        finally:
            await db.close()
        self._proven.pop(community.key, None)
        if not tables:
            self._proven[community.key] = (following, time.monotonic())
        return tables
