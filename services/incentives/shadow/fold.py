"""Keeping shadows caught up, on a bounded share of a core, wherever a consumer runs."""

import asyncio
import time

from services.incentives.shadow.commands import Following, NoShadowError, Q, Shadow, drafts
from services.kit.projection.definition import Connection
from services.kit.projection.replay import Sources
from services.kit.registry.registry import Registry
from services.kit.runtime import database
from services.kit.runtime.background import Background

MOST = 5_000
"""Records for which a shadow is held: whoever compares or stops it waits for them."""


class Shadows(Background):
    """Follows the live side with every shadow. `share` is the part of a core it may use."""

    def __init__(
        self, dsn: str, registry: Registry, sources: Sources, share: float, rest: float = 10.0
    ) -> None:
        super().__init__("shadows")
        self._dsn, self._registry, self._sources = dsn, registry, sources
        self._share, self._rest = share, rest
        self._kept: dict[int, Following] = {}

    async def work(self) -> None:
        """One round after another."""
        while True:
            await asyncio.sleep(self._rest)
            await self.round()

    async def round(self) -> None:
        """Catch up with each shadow, one after another."""
        db = await database.connect(self._dsn, synchronous=False)
        try:
            there = await drafts(db)
            self._kept = {key: kept for key, kept in self._kept.items() if key in there}
            for community in await self._registry.communities() if there else []:
                if community.key in there:
                    await self._catch_up(db, Shadow(self._dsn, self._sources, community))
        finally:
            await db.close()

    async def _catch_up(self, db: Connection, shadow: Shadow) -> None:
        while True:
            begun = time.process_time()
            if not await self._step(db, shadow):
                return
            used = time.process_time() - begun
            await asyncio.sleep(used * (1 / self._share - 1))

    async def _step(self, db: Connection, shadow: Shadow) -> bool:
        """Whether something was left to do and nobody else was at it."""
        key = shadow.community.key
        if not await db.fetchval(Q.try_hold, key):
            return False
        # Taken out meanwhile: what is left after an error has folded what was rolled back.
        kept = self._kept.pop(key, None)
        try:
            replay = await shadow.follow(db, kept, MOST)
        except NoShadowError:
            return False
        finally:
            await db.execute(Q.let_go, key)
        if replay is None:
            if kept is not None:
                self._kept[key] = kept
            return False
        self._kept[key] = replay
        return True
