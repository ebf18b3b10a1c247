"""F3: tables are what the log says, however it was delivered: replayed, with repeats, mixed anew
across communities, late; in batches of any size. And a replay tells nobody."""

import os
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest

from services.cli.projections import projections
from services.kit.actions.record import Recorder
from services.kit.log.memory import MemoryLog
from services.kit.log.port import ACTIONS, Entry
from services.kit.members.directory import Directory
from services.kit.projection.compare import TableHash, compared_tables, hashes
from services.kit.projection.definition import Projection
from services.kit.projection.rebuild import Rebuild
from services.kit.projection.replay import Sources
from services.kit.projection.runner import Runner
from services.kit.projection.verify import Proof
from services.kit.registry.registry import Registry
from services.kit.runtime import database as db
from services.kit.runtime.migrations import migrate
from services.kit.runtime.secrets import Vault
from tests.faults import stories
from tests.support.waiting import until

SEED = int(os.environ.get("HEARTH_TEST_SEED", "20261127"))
PLACES = frozenset({"offset", "since_offset", "about_offset", "changed"})
"""Columns that say where in the log a row comes from: repeats move what follows them."""


@dataclass
class World:
    """A database in which each delivery of the story gets projections of its own."""

    dsn: str
    pool: db.Pool
    registry: Registry
    directory: Directory
    recorder: Recorder
    logs: dict[str, MemoryLog] = field(default_factory=dict)

    async def entries(self, *, late: bool = False) -> list[Entry]:
        """The story, in time or long after."""
        arrives = (lambda _at: stories.AFTER) if late else (lambda at: at)
        return await stories.records(stories.told(), arrives, self.registry, self.recorder)

    def named(self, kind: str, way: str) -> Projection:
        """The projection of a kind for one delivery, with what may differ between deliveries."""
        return replace(projections()[kind], name=f"{kind}_{way}")

    async def delivered(self, way: str, entries: list[Entry], largest: int = 4_000) -> None:
        """Both projections fold the records of a log of their own."""
        log = self.logs[way] = MemoryLog(ACTIONS, partitions=1)
        await log.start()
        for start in range(0, len(entries), 1000):
            await log.append(0, entries[start : start + 1000])
        for kind in projections():
            projection = self.named(kind, way)
            runner = Runner(projection, self.dsn, log, self.registry, self.directory, largest)
            await runner.start()
            await until(lambda name=projection.name: self._stands(name), len(entries).__le__, 100)
            assert runner.failed is None
            await runner.stop()
        dead = await self.pool.fetch("SELECT type, reason, detail FROM projection.dead_letters")
        assert [tuple(row) for row in dead] == []

    async def _stands(self, name: str) -> int:
        query = "SELECT coalesce(max(next), 0) FROM projection.progress WHERE projection = $1"
        return int(await self.pool.fetchval(query, name))

    async def hashes(self, kind: str, way: str) -> dict[str, TableHash]:
        """Of each table, without the places in the log."""
        projection, schema = self.named(kind, way), f"{kind}_{way}_1"
        async with self.pool.acquire() as one:
            tables = await compared_tables(one, projection, schema)
            left_out = {
                table: projection.uncompared.get(table, frozenset()) | PLACES for table in tables
            } | {t: c for t, c in projection.uncompared.items() if "*" in c}
            return await hashes(one, replace(projection, uncompared=left_out), schema)

    async def facts(self, kind: str, way: str) -> list[tuple[object, ...]]:
        """What was concluded, in the order of each community."""
        rows = await self.pool.fetch(
            "SELECT community, id, type, at, data FROM projection.facts WHERE projection = $1"
            ' ORDER BY community, "offset", n',
            f"{kind}_{way}",
        )
        assert rows
        return [tuple(row) for row in rows]

    async def told(self) -> int:
        """How many facts there are, of all deliveries."""
        return int(await self.pool.fetchval("SELECT count(*) FROM projection.facts"))

    def sources(self, way: str) -> Sources:
        return Sources(self.logs[way], self.registry, self.directory)


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    await migrate(database)
    pool = await db.pool(database, size=4)
    registry, directory = Registry(pool, Vault(bytes(32)), 1), Directory(pool)
    await registry.start()
    for slug in stories.CLUBS:
        await registry.create_or_change(slug, name=slug, type_="interest")
    made = World(database, pool, registry, directory, Recorder(directory, bytes(32)))
    yield made
    for log in made.logs.values():
        await log.stop()
    await registry.stop()
    await pool.close()


async def same(world: World, one: str, other: str) -> None:
    for kind in projections():
        first, second = await world.hashes(kind, one), await world.hashes(kind, other)
        assert sum(table.rows for table in first.values()) > 100
        assert {t: (first[t], second[t]) for t in first if first[t] != second[t]} == {}
        assert await world.facts(kind, one) == await world.facts(kind, other)


async def test_repeats_and_sizes_of_batches_leave_no_trace(
    world: World, figures: dict[str, object]
) -> None:
    dice = random.Random(SEED)
    entries = await world.entries()
    again = stories.doubled(entries, dice)
    await world.delivered("once", entries)
    await world.delivered("twice", again)
    await world.delivered("sips", entries, largest=37)
    await same(world, "once", "twice")
    await same(world, "once", "sips")
    figures |= {"seed": SEED, "records": len(entries), "with repeats": len(again)}


async def test_late_and_mixed_anew_across_communities_is_the_same(
    world: World, figures: dict[str, object]
) -> None:
    dice = random.Random(SEED)
    entries = await world.entries(late=True)
    mixed = stories.shuffled(entries, dice)
    assert mixed != entries
    await world.delivered("late", entries)
    await world.delivered("mixed", mixed)
    await same(world, "late", "mixed")
    figures |= {"seed": SEED, "records": len(entries)}


async def test_a_replay_is_equal_and_tells_nobody(world: World) -> None:
    await world.delivered("live", stories.doubled(await world.entries(), random.Random(SEED)))
    before = await world.told()
    assert before
    for kind in projections():
        projection, sources = world.named(kind, "live"), world.sources("live")
        assert (await Proof(projection, world.dsn, sources).different())[0] == []
        assert await Rebuild(projection, world.dsn, sources).run() == 2
        assert (await Proof(projection, world.dsn, sources).different())[0] == []
    assert await world.told() == before
