"""A live generation of an older release opens, and gets what index structures there are now."""

from dataclasses import replace
from pathlib import Path

from services.kit.projection import generations
from tests.kit.projection.conftest import World
from tests.kit.projection.tally import TALLY


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
