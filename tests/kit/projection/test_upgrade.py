"""Tables of an earlier release are rebuilt at a consumer's start, once, whoever starts."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from services.kit.actions.event import Event
from services.kit.projection import generations
from services.kit.projection.rebuild import Rebuild, RebuildRunningError, alone
from services.kit.projection.upgrade import Upgrade
from services.kit.projection.verify import Proof, Verification
from tests.kit.projection.conftest import World
from tests.kit.projection.tally import TALLY, TallyFold
from tests.kit.projection.test_rebuild import sources
from tests.support.waiting import until


class DoubleFold(TallyFold):
    """The next release: a like counts twice."""

    def fold(self, event: Event) -> None:
        super().fold(event)
        super().fold(event)


NEXT = replace(TALLY, version=2, opened=DoubleFold)
"""Can't go on with the older tables."""
GOING_ON = replace(NEXT, oldest=1)


async def likes(world: World) -> int:
    live = await world.pool.fetchval("SELECT generation FROM projection.generations WHERE live")
    found = await world.rows(f"SELECT n FROM tally_{live}.likes WHERE post = 'p'")
    return int(found[0]["n"])


async def told(logs: list[Any], event: str, words: str = "") -> bool:
    return any(line["event"] == event and words in str(line) for line in logs)


async def outdated() -> float | None:
    return REGISTRY.get_sample_value("hearth_projection_outdated", {"projection": "tally"})


@pytest.fixture
async def older(world: World) -> World:
    """Three likes, folded by the release before."""
    for _ in range(3):
        await world.say("reaction.added", target="p")
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    await runner.stop()
    return world


async def live_is(world: World, generation: int) -> None:
    query = "SELECT generation FROM projection.generations WHERE live"
    await until(lambda: world.pool.fetchval(query), lambda found: found == generation)


async def test_they_are_rebuilt_and_the_consumer_goes_on_in_the_new_ones(older: World) -> None:
    runner, upgrade = older.runner(NEXT), Upgrade(NEXT, older.dsn, sources(older))
    await upgrade.start()
    await runner.start()
    await live_is(older, 2)
    await older.say("reaction.added", target="p")
    await older.caught_up()
    await upgrade.stop()
    await runner.stop()
    assert await likes(older) == 8
    assert (await Proof(NEXT, older.dsn, sources(older)).different())[0] == []


async def test_what_cannot_go_on_with_them_waits_and_touches_nothing(older: World) -> None:
    await older.say("reaction.added", target="p")
    runner = older.runner(NEXT)
    with capture_logs() as logs:
        starting = asyncio.create_task(runner.start())
        await until(lambda: told(logs, "waiting"), bool)
    assert not runner.ready
    assert await likes(older) == 3
    await Rebuild(NEXT, older.dsn, sources(older)).run()
    await starting
    await older.caught_up()
    await runner.stop()
    assert await likes(older) == 8


async def test_what_can_go_on_with_them_does_so_meanwhile(older: World) -> None:
    runner, upgrade = older.runner(GOING_ON), Upgrade(GOING_ON, older.dsn, sources(older))
    await runner.start()
    async with alone(older.dsn, "tally"):  # somebody else rebuilds, and is not yet done
        await upgrade.start()
        await older.say("reaction.added", target="p")
        await older.caught_up()
        assert await likes(older) == 5, "three as they counted, and one that counts twice"
        await until(outdated, lambda is_: is_ == 1)
    await live_is(older, 2)
    await until(outdated, lambda is_: is_ == 0)
    assert await likes(older) == 8
    await upgrade.stop()
    await runner.stop()


async def test_a_consumer_of_the_release_before_waits_beside_newer_tables(older: World) -> None:
    await Rebuild(NEXT, older.dsn, sources(older)).run()
    await older.say("reaction.added", target="p")
    runner = older.runner(TALLY)
    with capture_logs() as logs:
        starting = asyncio.create_task(runner.start())
        await until(lambda: told(logs, "waiting", "upgrade it too"), bool)
    await runner.stop()
    await starting
    assert await likes(older) == 6


async def test_two_processes_rebuild_once(older: World) -> None:
    both = [Upgrade(NEXT, older.dsn, sources(older)) for _ in range(2)]
    for upgrade in both:
        await upgrade.start()
    await live_is(older, 2)

    await until(both[0].outdated, lambda is_: not is_)
    for upgrade in both:
        await upgrade.stop()
    assert len(await older.rows("SELECT 1 FROM projection.generations")) == 2
    with pytest.raises(RebuildRunningError, match="rebuilt already"):
        async with alone(older.dsn, "tally"):
            await Rebuild(NEXT, older.dsn, sources(older)).run()


async def test_what_a_killed_rebuild_left_is_dropped(older: World) -> None:
    async with older.pool.acquire() as db, db.transaction():
        await generations.add(db, NEXT, live=False)
    assert await Rebuild(NEXT, older.dsn, sources(older)).run() == 2
    assert len(await older.rows("SELECT 1 FROM projection.generations")) == 2


async def test_without_the_logs_beginning_the_old_tables_serve_on_and_say_so(
    older: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cut(_partition: int) -> int:
        return 1

    monkeypatch.setattr(older.log, "beginning", cut)
    upgrade = Upgrade(GOING_ON, older.dsn, sources(older))
    with capture_logs() as logs:
        await upgrade.start()
        await until(lambda: told(logs, "not upgraded"), bool)
    await upgrade.stop()
    assert await outdated() == 1
    assert await likes(older) == 3


async def test_nothing_is_proven_of_tables_that_are_yet_to_be_rebuilt(older: World) -> None:
    with pytest.raises(generations.OtherVersionError, match="hearth rebuild tally"):
        await Proof(NEXT, older.dsn, sources(older)).different()
    proofs = Verification(NEXT, older.dsn, older.registry, sources(older), share=1.0, rest=0.01)
    with capture_logs() as logs:
        await proofs.start()
        await until(lambda: told(logs, "nothing to prove yet"), bool)
    await proofs.stop()
    assert not [line for line in logs if line["log_level"] == "error"]
