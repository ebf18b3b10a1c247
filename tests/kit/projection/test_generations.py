"""A live generation of an older release opens, and gets what index structures there are now."""

import asyncio
from dataclasses import replace
from pathlib import Path

from services.kit.projection import generations
from tests.kit.projection.conftest import World
from tests.kit.projection.tally import TALLY
from tests.support.waiting import until


async def test_a_generation_made_without_them_gets_index_structures(
    world: World, tmp_path: Path
) -> None:
    older = await generations.ensure_live(world.dsn, TALLY)
    await world.pool.execute("INSERT INTO tally_1.likes VALUES (1, 'p', 5)")
    path = tmp_path / "schema.sql"
    path.write_text("CREATE TABLE IF NOT EXISTS busiest (community integer, post text)", "utf-8")
    newer = replace(TALLY, added=(path,))
    for _ in range(2):
        assert await generations.ensure_live(world.dsn, newer) == older
    await world.pool.execute("INSERT INTO tally_1.busiest VALUES (1, 'p')")
    assert [row["n"] for row in await world.rows("SELECT n FROM tally_1.likes")] == [5]


async def test_a_new_generation_is_made_with_them(world: World, tmp_path: Path) -> None:
    path = tmp_path / "schema.sql"
    path.write_text("CREATE TABLE IF NOT EXISTS busiest (community integer, post text)", "utf-8")
    await generations.ensure_live(world.dsn, replace(TALLY, added=(path,)))
    assert await world.rows("SELECT * FROM tally_1.busiest") == []


async def test_who_waits_for_a_flip_gets_what_is_live_after_it(world: World) -> None:
    await generations.ensure_live(world.dsn, TALLY)
    async with world.pool.acquire() as flipping, world.pool.acquire() as waiting:
        async with flipping.transaction():
            await generations.add(flipping, TALLY, live=False)
        async with waiting.transaction(), asyncio.TaskGroup() as group:
            flip = flipping.transaction()
            await flip.start()
            await flipping.execute("UPDATE projection.generations SET live = generation <> 1")
            found = group.create_task(generations.hold_live(waiting, "tally"))
            blocked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
            await until(lambda: world.pool.fetchval(blocked), bool)
            await flip.commit()
        assert found.result() == (2, TALLY.version)
