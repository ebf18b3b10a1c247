"""Rebuild flips under traffic without loss; verification finds one planted wrong row."""

import asyncio

import pytest

from services.kit.log.port import Entry
from services.kit.projection.rebuild import BeginningGoneError, Rebuild, sweep
from services.kit.projection.replay import Sources
from services.kit.projection.verify import Proof, Verification
from tests.kit.projection.conftest import World
from tests.kit.projection.tally import TALLY
from tests.support.waiting import until


def sources(world: World) -> Sources:
    return Sources(world.log, world.registry, world.directory)


async def filled(world: World) -> None:
    for number in range(50):
        await world.say("reaction.added", id_=f"r{number % 40}", target=f"p{number % 3}")
    await world.say("post.created", post="p", at=1)
    await world.say("complaint.filed")
    await world.say("reaction.added", target="p", at=7200)


async def test_a_rebuild_under_traffic_loses_and_doubles_nothing(world: World) -> None:
    await filled(world)
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    facts = len(await world.rows("SELECT 1 FROM projection.facts"))
    seen: list[tuple[int, int]] = []

    async def traffic() -> None:
        for number in range(200):
            await world.say("reaction.added", id_=f"t{number}", target="busy")
            await asyncio.sleep(0)

    talking = asyncio.create_task(traffic())
    generation = await Rebuild(TALLY, world.dsn, sources(world)).run(
        lambda done, total: seen.append((done, total))
    )
    await talking
    await world.say("reaction.added", id_="after", target="busy")
    await world.caught_up()
    assert generation == 2
    rows = await world.rows("SELECT n FROM tally_2.likes WHERE post = 'busy'")
    assert rows[0]["n"] == 201
    assert runner.failed is None
    assert seen[-1][0] == seen[-1][1]
    assert len(await world.rows("SELECT 1 FROM projection.facts")) == facts, "a replay told someone"
    await runner.stop()
    tables, _ = await Proof(TALLY, world.dsn, sources(world)).different()
    assert tables == []
    assert await sweep(world.dsn, "tally", keep=0) == [1]


@pytest.mark.parametrize(
    ("table", "damage"),
    [
        ("likes", "UPDATE tally_1.likes SET n = n + 1 WHERE post = 'p0'"),
        ("waiting", "DELETE FROM tally_1.waiting WHERE post = 'p'"),
    ],
)
async def test_verify_finds_one_planted_wrong_row(world: World, table: str, damage: str) -> None:
    await filled(world)
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    await runner.stop()
    proof = Proof(TALLY, world.dsn, sources(world))
    assert (await proof.different())[0] == []
    await world.pool.execute(damage)
    assert (await proof.different())[0] == [table]


async def test_continuous_verification_proves_each_community_alone(world: World) -> None:
    await world.registry.create_or_change("go", name="Go", type_="interest")
    await filled(world)
    await world.say("reaction.added", target="x", community="go")
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    await runner.stop()
    verification = Verification(TALLY, world.dsn, world.registry, sources(world), share=1.0)
    assert await verification.round() == {"tea": [], "go": []}
    assert await verification.round() == {}, "nothing came, so nothing is proven again"
    verification = Verification(TALLY, world.dsn, world.registry, sources(world), share=1.0)
    go = (await world.registry.community("go")).key
    await world.pool.execute("UPDATE tally_1.likes SET n = 7 WHERE community = $1", go)
    assert await verification.round() == {"tea": [], "go": ["likes"]}
    rows = await world.rows("SELECT different FROM projection.verifications ORDER BY community")
    assert [row["different"] for row in rows] == [[], ["likes"]]
    left = await world.rows(
        "SELECT 1 FROM information_schema.schemata WHERE schema_name LIKE 'tally_scratch%'"
    )
    assert left == [], "scratch tables stayed"


async def test_a_timer_that_another_communitys_record_fired_fires_in_the_proof_of_one(
    world: World,
) -> None:
    await world.registry.create_or_change("go", name="Go", type_="interest")
    await world.say("post.created", post="p", at=1)
    await world.say("reaction.added", target="x", community="go", at=7200)
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    await runner.stop()
    due = await world.rows("SELECT 1 FROM tally_1.waiting WHERE done IS NULL")
    assert due == [], "the timer has to have fired"
    tea = await world.registry.community("tea")
    tables, positions = await Proof(TALLY, world.dsn, sources(world)).different([tea])
    assert (tables, positions) == ([], {0: 2})


async def test_a_rebuild_refuses_a_log_without_its_beginning(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.log.append(0, [Entry(b"tea", b"{}")])

    async def cut(_partition: int) -> int:
        return 1

    monkeypatch.setattr(world.log, "beginning", cut)
    with pytest.raises(BeginningGoneError, match=r"retention\.ms=-1"):
        await Rebuild(TALLY, world.dsn, sources(world)).run()


async def test_a_failed_rebuild_leaves_nothing(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(world)
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    await runner.stop()
    rebuild = Rebuild(TALLY, world.dsn, sources(world))

    async def broken(*_: object) -> None:
        raise RuntimeError("stopped in the middle")

    monkeypatch.setattr(rebuild, "_flip", broken)
    with pytest.raises(RuntimeError):
        await rebuild.run()
    assert await world.rows("SELECT 1 FROM projection.generations WHERE NOT live") == []


async def test_a_retried_letter_stays_in_its_retry_place_when_rebuilt(world: World) -> None:
    from tests.kit.projection.tally import POISON

    await filled(world)
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    POISON["on"] = False
    try:
        await world.say("dead_letter.retried", projection="tally", offset=51)
        await world.caught_up()

        async def retried() -> object:
            return (await world.rows("SELECT retried_at FROM projection.dead_letters"))[0][0]

        await until(retried, lambda at: at is not None)
        assert (await Proof(TALLY, world.dsn, sources(world)).different())[0] == []
    finally:
        POISON["on"] = True
    await runner.stop()
