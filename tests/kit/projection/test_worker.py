"""The transaction: once, in order, at the right log time; poison aside, the rest goes on."""

from dataclasses import replace

from services.kit.projection.metrics import FENCED
from services.kit.projection.worker import LARGEST_BATCH
from tests.kit.projection.conftest import World
from tests.kit.projection.tally import POISON, TALLY
from tests.support.waiting import until

HOUR = 3600


async def likes(world: World, generation: int = 1) -> dict[str, int]:
    rows = await world.rows(f"SELECT post, n FROM tally_{generation}.likes ORDER BY post")
    return {row["post"]: row["n"] for row in rows}


async def test_counts_each_event_once(world: World) -> None:
    for id_ in ("a", "b", "a", "b", "c"):
        await world.say("reaction.added", id_=id_, target="p")
    runner = world.runner(TALLY)
    await runner.start()
    await world.say("reaction.added", id_="a", target="p")
    await world.say("reaction.added", id_="d", target="p")
    await world.caught_up()
    await runner.stop()
    assert await likes(world) == {"p": 4}
    refused = await world.rows('SELECT "offset", conflicting FROM projection.duplicates ORDER BY 1')
    assert [tuple(row) for row in refused] == [(2, False), (3, False), (5, False)]


async def test_keeps_the_first_of_two_bodies_under_one_id(world: World) -> None:
    await world.say("reaction.added", id_="a", target="p")
    await world.say("reaction.added", id_="a", target="q")
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    await runner.stop()
    assert await likes(world) == {"p": 1}
    assert await world.rows("SELECT 1 FROM projection.duplicates WHERE conflicting")


async def test_goes_on_where_it_was(world: World) -> None:
    for round_ in range(3):
        runner = world.runner(TALLY)
        await runner.start()
        await world.say("reaction.added", id_=f"r{round_}", target="p")
        await world.caught_up()
        await runner.stop()
    assert await likes(world) == {"p": 3}


async def test_sets_poison_aside_and_goes_on(world: World) -> None:
    await world.say("reaction.added", target="p")
    await world.say("complaint.filed")
    await world.say("reaction.added", target="p")
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    assert await likes(world) == {"p": 2}
    letters = await world.rows('SELECT "offset", reason, detail FROM projection.dead_letters')
    assert [tuple(letter) for letter in letters] == [(1, "fold", "RuntimeError: poison")]
    await runner.stop()


async def test_a_record_that_cannot_be_decoded_is_a_dead_letter(world: World) -> None:
    await world.log.append(0, [(b"tea", b"\xff not json")])  # type: ignore[list-item]
    await world.say("reaction.added", target="p", community="nobody")
    await world.say("reaction.added", target="p")
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    await runner.stop()
    assert await likes(world) == {"p": 1}
    letters = await world.rows("SELECT reason FROM projection.dead_letters ORDER BY 1")
    assert [letter["reason"] for letter in letters] == ["undecodable", "unknown_community"]


async def test_one_record_that_cannot_be_written_does_not_hold_the_rest(world: World) -> None:
    for number in range(20):
        await world.say("reaction.added", target="p")
        if number == 7:
            await world.say("survey.answered", instrument="nps", score=3)
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    await runner.stop()
    assert await likes(world) == {"p": 20}
    letters = await world.rows('SELECT "offset", reason FROM projection.dead_letters')
    assert [tuple(letter) for letter in letters] == [(8, "write")]


async def test_stops_when_too_many_raise(world: World) -> None:
    for _ in range(60):
        await world.say("complaint.filed")
    runner = world.runner(TALLY)
    await runner.start()

    async def failed() -> BaseException | None:
        return runner.failed

    error = await until(failed, lambda failure: failure is not None)
    assert "51 of the last" in str(error) or "60 of the last" in str(error)
    assert await likes(world) == {}
    await runner.stop()


async def test_a_retry_folds_the_dead_letter_in_its_place(world: World) -> None:
    await world.say("complaint.filed", id_="c")
    await world.say("reaction.added", target="p")
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    await world.say("dead_letter.retried", projection="tally", offset=0)
    await world.caught_up()
    assert (await world.rows("SELECT retried_at FROM projection.dead_letters"))[0][0] is None
    POISON["on"] = False
    try:
        await world.say("dead_letter.retried", projection="tally", offset=0)
        await world.caught_up()
    finally:
        POISON["on"] = True
    await runner.stop()
    rows = await world.rows('SELECT "offset", retried_at FROM projection.dead_letters')
    assert [tuple(row) for row in rows] == [(0, 3)]


async def test_timers_fire_by_log_time_whatever_the_batch(world: World) -> None:
    await world.say("post.created", post="p", at=0)
    await world.say("post.created", post="q", at=60)
    await world.say("reaction.added", target="p", at=HOUR - 1)
    await world.say("reaction.added", target="p", at=HOUR + 61)
    seen = []
    for number, size in enumerate((1, 2, LARGEST_BATCH), start=1):
        projection = replace(TALLY, name=f"tally_by_{number}")
        runner = world.runner(projection, size)
        await runner.start()
        await world.caught_up(projection.name)
        await runner.stop()
        facts = await world.rows(
            'SELECT "offset", n, id, at FROM projection.facts WHERE projection = $1 ORDER BY 1, 2',
            projection.name,
        )
        seen.append([tuple(fact) for fact in facts])
    assert [fact[:3] for fact in seen[0]] == [(3, 0, "due/p"), (3, 1, "due/q")]
    assert seen[0] == seen[1] == seen[2]


async def test_a_consumer_that_waits_says_that_time_passed(world: World) -> None:
    """The world's time is long past, so the post's hour is over by the clock."""
    await world.say("post.created", post="p")
    runner = world.runner(TALLY)
    await runner.start()

    async def done() -> list[object]:
        return list(await world.rows("SELECT 1 FROM projection.facts WHERE type = 'post.due'"))

    await until(done, bool)
    await runner.stop()
    assert await world.log.end(0) == 2  # the post and one tick


async def test_a_stale_owner_is_fenced(world: World) -> None:
    await world.say("reaction.added", target="p")
    before = FENCED.labels("tally")._value.get()
    stale = world.runner(TALLY)
    await stale.start()
    await world.caught_up()
    # as if the group had moved the partition while this process was frozen
    await world.pool.execute("UPDATE projection.progress SET epoch = epoch + 1")
    await world.say("reaction.added", target="p")

    async def fenced() -> bool:
        return bool(FENCED.labels("tally")._value.get() > before)

    await until(fenced, bool)
    assert await likes(world) == {"p": 1}
    await stale.stop()
