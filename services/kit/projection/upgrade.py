"""Bringing tables of an earlier release up to date: a rebuild at the consumer's start.

Every process of a consumer tries; one holds the lock and works, the others look again. Where the
fold can go on with the older tables it does so meanwhile, else their partitions wait.
"""

import asyncio
import time

import structlog

from services.kit.projection import generations, metrics
from services.kit.projection.definition import Projection
from services.kit.projection.rebuild import BeginningGoneError, Rebuild, RebuildRunningError, sweep
from services.kit.projection.replay import Sources
from services.kit.runtime import database
from services.kit.runtime.background import Background

AGAIN = 2.0
"""Seconds after which to look whether somebody else's rebuild has ended."""
TELL = 10.0
"""Seconds between two lines that say how far it is."""

logger = structlog.get_logger(__name__)


class Upgrade(Background):
    """Rebuilds the live tables where their version is older than the projection's. Then rests."""

    def __init__(self, projection: Projection, dsn: str, sources: Sources) -> None:
        super().__init__(f"upgrade-{projection.name}")
        self._projection, self._dsn, self._sources = projection, dsn, sources
        self._told = 0.0

    async def work(self) -> None:
        """Until the live tables are of this version, or can't become so."""
        outdated = metrics.OUTDATED.labels(self._projection.name)
        while await self.outdated():
            outdated.set(1)
            try:
                await self._rebuild()
            except RebuildRunningError:
                await asyncio.sleep(AGAIN)
            except BeginningGoneError as error:
                logger.exception(
                    "not upgraded", projection=self._projection.name, reason=str(error)
                )
                break
        else:
            outdated.set(0)
        await asyncio.Event().wait()

    async def outdated(self) -> bool:
        """Whether the live tables are of an older version than this release makes."""
        await generations.ensure_live(self._dsn, self._projection)
        db = await database.connect(self._dsn)
        try:
            version = await generations.live_version(db, self._projection.name)
        finally:
            await db.close()
        return version < self._projection.version

    async def _rebuild(self) -> None:
        name, version = self._projection.name, self._projection.version
        logger.info("tables of an earlier release are rebuilt", projection=name, version=version)
        generation = await Rebuild(self._projection, self._dsn, self._sources).run(self._tell)
        await sweep(self._dsn, name)
        logger.info("tables are up to date", projection=name, generation=generation)

    def _tell(self, done: int, total: int) -> None:
        if time.monotonic() - self._told > TELL:
            self._told = time.monotonic()
            logger.info("rebuilding", projection=self._projection.name, done=done, of=total)
