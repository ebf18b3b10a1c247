"""A crashed database may come back without our last commits: nothing is skipped, nothing doubled.

A crash is played by taking the tables back to where they were, and every connection away.
"""

from collections.abc import AsyncIterator

import pytest

from services.kit.projection import runner as runners
from services.kit.projection.metrics import FENCED
from services.kit.projection.replay import Sources
from services.kit.projection.runner import Runner
from services.kit.projection.verify import Proof
from tests.kit.projection.conftest import World
from tests.kit.projection.tally import TALLY
from tests.support.waiting import until

TABLES = ("tally_1.likes", "tally_1.waiting", "projection.seen_tally", "projection.progress")
TABLES += ("projection.duplicates", "projection.facts")


async def kept(world: World) -> None:
    """Keep the tables as they are now, to come back to."""
    await world.pool.execute("CREATE SCHEMA kept")
    for table in TABLES:
        copy = table.replace(".", "_")
        await world.pool.execute(f"CREATE TABLE kept.{copy} AS SELECT * FROM {table}")


async def crash(world: World) -> None:
    """All connections break, and what came after `kept` was never written."""
    async with world.pool.acquire() as db, db.transaction():
        await db.execute(f"LOCK TABLE {', '.join(TABLES)} IN ACCESS EXCLUSIVE MODE")
        for table in TABLES:
            copy = table.replace(".", "_")
            await db.execute(f"DELETE FROM {table}")
            await db.execute(f"INSERT INTO {table} SELECT * FROM kept.{copy}")
        await db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


async def likes(world: World) -> int:
    rows = await world.rows("SELECT coalesce(sum(n), 0) AS n FROM tally_1.likes")
    return int(rows[0]["n"])


async def equal_to_replay(world: World) -> bool:
    sources = Sources(world.log, world.registry, world.directory)
    return (await Proof(TALLY, world.dsn, sources).different())[0] == []


@pytest.fixture
async def running(world: World) -> AsyncIterator[Runner]:
    for _ in range(5):
        await world.say("reaction.added", target="p")
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    yield runner
    await runner.stop()


async def test_what_was_lost_is_folded_again_before_what_follows(
    world: World, running: Runner
) -> None:
    await kept(world)
    for _ in range(7):
        await world.say("reaction.added", target="p")
    await world.caught_up()
    await crash(world)
    await world.say("reaction.added", target="p")
    await world.caught_up()
    assert running.failed is None
    assert await likes(world) == 13
    assert await equal_to_replay(world)


async def test_an_idle_partition_finds_out_by_itself(world: World, running: Runner) -> None:
    await kept(world)
    for _ in range(7):
        await world.say("reaction.added", target="p")
    await world.caught_up()
    await crash(world)
    await until(lambda: likes(world), lambda n: n == 12)
    assert running.failed is None


async def test_lost_twice_is_folded_once(world: World, running: Runner) -> None:
    await kept(world)
    for _ in range(2):
        for _ in range(6):
            await world.say("reaction.added", target="p")
        await world.caught_up()
        await crash(world)
    await world.say("reaction.added", target="p")
    await world.caught_up()
    assert await likes(world) == 18
    assert await equal_to_replay(world)


async def test_a_partition_fenced_by_one_who_is_gone_is_claimed_again(
    world: World, running: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process wakes, claims by an assignment that is long over, and dies: the group never
    tells the rightful owner, who would wait for ever."""
    monkeypatch.setattr(runners, "RECLAIM", 0.01)
    before = FENCED.labels("tally")._value.get()
    await world.pool.execute("UPDATE projection.progress SET epoch = epoch + 1")
    for _ in range(4):
        await world.say("reaction.added", target="p")
    await world.caught_up()
    assert FENCED.labels("tally")._value.get() == before + 1
    assert await likes(world) == 9
    assert await equal_to_replay(world)
