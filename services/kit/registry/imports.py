"""Which imports are open: asked on every request, and right in every process.

Whoever was told that an import has begun, or ended, may rely on it at any process of ingest. So
what a process has read is good for a lease only, and a change waits, before it is answered, until
every process that may rely on something older has read anew or its lease has run out. They hear of
a change at once, so that takes milliseconds; the lease is for those that died, stand still or are
cut off. In between a request costs no query.
"""

import asyncio
import math
import secrets
import time
from dataclasses import dataclass

import structlog

from services.kit.runtime import clock, database, sql

Q = sql.load(__file__)
logger = structlog.get_logger(__name__)
LEASE = 5.0
"""Seconds for which a process may rely on what it has read."""
FRESH = 1.0
"""Seconds after which it is read anew beside the requests, so that none has to wait for it."""


@dataclass(frozen=True, slots=True)
class Import:
    """An open import; with a `source`, only what comes from that source belongs to it."""

    id: str
    source: str | None


class OpenImports:
    """The open imports of all communities, as this process knows them."""

    def __init__(self, pool: database.Pool) -> None:
        self._pool = pool
        self._process = secrets.token_hex(8)
        self._open: dict[int, tuple[Import, ...]] = {}
        self._read_at = -math.inf
        """When the reading began that the rest is of; monotonic."""
        self._reading = asyncio.Lock()
        self._wanted = -math.inf
        """What is known should be read at this moment or later."""
        self._beside: asyncio.Task[None] | None = None

    async def of(self, community: int) -> tuple[Import, ...]:
        """Those of a community, oldest first. Raises what a database that is away raises, where
        the lease has run out."""
        now = time.monotonic()
        if now - self._read_at > LEASE:
            await self._read_since(now)
        elif now - self._read_at > FRESH:
            self._read_beside(now)
        return self._open.get(community, ())

    def heard(self) -> None:
        """Something has changed: who relies on what it knows reads anew, which others wait for."""
        if self._read_at > -math.inf:
            self._read_beside(time.monotonic())

    async def open(self, community: int, slug: str, import_id: str, source: str | None) -> None:
        """An import begins; a repeat changes nothing. Known everywhere once this has returned."""
        await self._change(slug, Q.open_import, community, import_id, source, clock.now())

    async def close(self, community: int, slug: str, import_id: str) -> None:
        """It is over, likewise."""
        await self._change(slug, Q.close_import, community, import_id)

    async def leave(self) -> None:
        """Rely on it no more, so that nobody waits for us. Leaving twice is safe."""
        if self._beside is not None:
            await asyncio.gather(self._beside, return_exceptions=True)
        known, self._read_at = self._read_at, -math.inf
        if known > -math.inf:
            try:
                await self._pool.execute(Q.forget_watchers, [self._process], 2**62)
            except Exception as error:
                if not database.is_away(error):
                    raise

    async def _change(self, slug: str, query: str, *values: object) -> None:
        async with self._pool.acquire() as db, db.transaction():
            await db.execute(Q.lock_imports)
            await db.execute(query, *values)
            change = await db.fetchval(Q.count_import_change)
            await db.execute(Q.announce, slug)
        since = time.monotonic()
        await self._read_since(since)
        await self._known_everywhere(change, since + LEASE)

    async def _known_everywhere(self, change: int, at_last: float) -> None:
        """Until no process relies on what was before `change`; `at_last` all leases are over."""
        pause = 0.002
        while unaware := await self._pool.fetch(Q.unaware, change):
            if time.monotonic() > at_last:
                gone = [row["process"] for row in unaware]
                logger.warning("processes of ingest did not hear of an import", processes=gone)
                await self._pool.execute(Q.forget_watchers, gone, change)
                return
            await asyncio.sleep(pause)
            pause = min(2 * pause, 0.2)

    def _read_beside(self, moment: float) -> None:
        self._wanted = max(self._wanted, moment)
        if self._beside is None or self._beside.done():
            self._beside = asyncio.create_task(self._keep_up(), name="imports")

    async def _keep_up(self) -> None:
        try:
            while self._read_at < self._wanted:
                await self._read_since(self._wanted)
        except Exception as error:
            if not database.is_away(error):
                raise
            logger.warning("cannot ask for open imports", error=repr(error))

    async def _read_since(self, moment: float) -> None:
        """Until what is known was read at `moment` or later; one reading serves all who wait."""
        async with self._reading:
            if self._read_at < moment:
                await self._read()

    async def _read(self) -> None:
        began, found = time.monotonic(), dict[int, tuple[Import, ...]]()
        async with self._pool.acquire() as db, db.transaction():
            await db.execute(Q.share_imports)  # a change that we do not see does see us
            for row in await db.fetch(Q.open_imports):
                others = found.get(row["community"], ())
                found[row["community"]] = (*others, Import(row["import"], row["source"]))
            self._open = found  # before others are told that we know
            await db.execute(Q.watch_imports, self._process)
        self._read_at = began
