"""Reading one's own writes."""

import asyncio

import asyncpg
import pytest

from services.api.reading.progress import Progress
from tests.api.world import World


async def test_a_read_waits_until_both_projections_are_there(world: World) -> None:
    position = (await world.put("tea"))["position"]
    headers = {"Hearth-Wait-For": str(position)}
    await world.reach("incentives", 0, position + 1)
    read = asyncio.create_task(world.client.get("/v1/communities/tea", headers=headers))
    await world.context.progress.looked.wait()
    assert not read.done()
    await world.reach("alerts", 0, position + 1)
    answer = await read
    assert answer.status_code == 200
    assert answer.json()["positions"]["alerts"] == position


async def test_one_loop_serves_all_and_none_runs_for_nobody(world: World) -> None:
    progress = world.context.progress
    waiting = [asyncio.create_task(progress.wait(1, 7)) for _ in range(50)]
    await progress.looked.wait()
    loops = [task for task in asyncio.all_tasks() if task.get_name() == "progress"]
    assert len(loops) == 1
    for name in ("incentives", "alerts"):
        await world.reach(name, 1, 8)
    await asyncio.gather(*waiting, loops[0])


async def test_who_waits_in_vain_is_told_what_was_reached(world: World) -> None:
    world.context.progress._patience = 0.05
    await world.put("tea")
    await world.reach("incentives", 0, 4)
    answer = await world.client.get("/v1/communities/tea", headers={"Hearth-Wait-For": "99"})
    assert (answer.status_code, answer.headers["hearth-position"]) == (504, "-1")
    assert "incentives 3, alerts -1" in answer.json()["detail"]


async def test_a_position_is_a_number(world: World) -> None:
    await world.put("tea")
    for wrong in ("soon", "-1", "9" * 30):
        headers = {"Hearth-Wait-For": wrong}
        answer = await world.client.get("/v1/communities/tea", headers=headers)
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (
            422,
            ":Hearth-Wait-For",
        )


async def test_a_database_that_goes_away_ends_the_wait(world: World) -> None:
    progress = Progress(world.context.pool)
    await world.context.pool.execute("ALTER TABLE projection.progress RENAME TO away")
    with pytest.raises(asyncpg.UndefinedTableError):
        await progress.wait(0, 1)


async def test_latest_waits_for_all_that_the_log_has(world: World) -> None:
    position = (await world.put("tea"))["position"]
    latest = {"Hearth-Wait-For": "latest"}
    await world.reach("incentives", 0, position + 1)
    read = asyncio.create_task(world.client.get("/v1/communities/tea", headers=latest))
    await world.context.progress.looked.wait()
    assert not read.done()
    await world.reach("alerts", 0, position + 1)
    assert (await read).json()["positions"]["alerts"] == position
