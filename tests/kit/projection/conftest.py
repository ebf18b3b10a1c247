"""A world for projections: a database, a log in memory, a registry, and short ways to act."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import asyncpg
import pytest

from services.kit.actions.event import Event, encode
from services.kit.log.memory import MemoryLog
from services.kit.log.port import ACTIONS, Entry
from services.kit.members.directory import Directory
from services.kit.projection.definition import Projection
from services.kit.projection.runner import Runner
from services.kit.registry.registry import Registry
from services.kit.runtime import database as db
from services.kit.runtime.migrations import migrate
from services.kit.runtime.secrets import Vault
from tests.support.waiting import until

NOW = 1_790_000_000_000_000


@dataclass
class World:
    """What a consumer stands on."""

    dsn: str
    pool: db.Pool
    log: MemoryLog
    registry: Registry
    directory: Directory
    said: int = 0

    async def say(
        self, type_: str, *, id_: str = "", at: int = 0, community: str = "tea", **data: Any
    ) -> int:
        """Append an event; `at` seconds after the beginning of this world's time."""
        self.said += 1
        stamp = NOW + at * 1_000_000
        event = Event(
            type=type_,
            id=id_ or f"e{self.said}",
            source="test",
            time=stamp,
            arrived=stamp,
            community=community,
            member=42,
            data=data,
            digest=hash(str(data)) & 0xFFFF,
        )
        return await self.log.append(0, [Entry(community.encode(), encode(event))])

    def runner(self, projection: Projection, largest_batch: int = 4000) -> Runner:
        return Runner(projection, self.dsn, self.log, self.registry, self.directory, largest_batch)

    async def caught_up(self, projection: str = "tally") -> None:
        """Until the live generation has folded all there is."""
        end = await self.log.end(0)
        query = (
            "SELECT coalesce(max(p.next), 0) FROM projection.progress p"
            " JOIN projection.generations g USING (projection, generation)"
            " WHERE g.live AND p.projection = $1"
        )
        await until(lambda: self.pool.fetchval(query, projection), lambda next_: next_ >= end)

    async def rows(self, query: str, *arguments: Any) -> list[asyncpg.Record]:
        return list(await self.pool.fetch(query, *arguments))


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    await migrate(database)
    pool = await db.pool(database, size=4)
    log = MemoryLog(ACTIONS, partitions=1)
    await log.start()
    registry = Registry(pool, Vault(bytes(32)), 1)
    await registry.start()
    await registry.create_or_change("tea", name="Tea", type_="interest")
    yield World(database, pool, log, registry, Directory(pool))
    await registry.stop()
    await log.stop()
    await pool.close()
