"""What is concluded and what is set aside leaves through the log's topics, at least once."""

import json
from typing import Any

from services.kit.log.memory import MemoryLog
from services.kit.log.port import DEAD_LETTERS, FACTS
from services.kit.projection.relay import Relay
from services.kit.runtime import database
from tests.kit.projection.conftest import World
from tests.kit.projection.tally import TALLY
from tests.support.waiting import until

HOUR = 3600


async def exported(log: MemoryLog) -> list[dict[str, Any]]:
    return [json.loads(record.value) for record in log.store.records[0]]


async def test_facts_and_dead_letters_are_exported_in_order_and_once(world: World) -> None:
    facts, dead = MemoryLog(FACTS, 1), MemoryLog(DEAD_LETTERS, 1)
    await world.say("post.created", post="p")
    await world.say("post.created", post="q", at=1)
    await world.say("complaint.filed", at=2)
    await world.say("reaction.added", target="p", at=HOUR + 2)
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    await runner.stop()
    relay = Relay("tally", world.dsn, facts, dead)
    db = await database.connect(world.dsn)
    try:
        assert await relay.relay(db) == 3
        assert await relay.relay(db) == 0
    finally:
        await db.close()
    sent = await exported(facts)
    assert [(fact["type"], fact["id"], fact["community"]) for fact in sent] == [
        ("post.due", "due/p", "tea"),
        ("post.due", "due/q", "tea"),
    ]
    assert [letter["reason"] for letter in await exported(dead)] == ["fold"]


async def test_a_death_after_the_append_repeats_under_the_same_id(world: World) -> None:
    facts, dead = MemoryLog(FACTS, 1), MemoryLog(DEAD_LETTERS, 1)
    await world.say("post.created", post="p")
    await world.say("reaction.added", target="p", at=HOUR + 2)
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    await runner.stop()
    db = await database.connect(world.dsn)
    try:
        await Relay("tally", world.dsn, facts, dead).relay(db)
        await db.execute("DELETE FROM projection.relays")  # the place was not remembered
        await Relay("tally", world.dsn, facts, dead).relay(db)
    finally:
        await db.close()
    assert [fact["id"] for fact in await exported(facts)] == ["due/p", "due/p"]


async def test_each_partition_goes_on_from_a_place_of_its_own(world: World) -> None:
    facts, dead = MemoryLog(FACTS, 2), MemoryLog(DEAD_LETTERS, 2)
    relay, tea = Relay("tally", world.dsn, facts, dead), await world.registry.community("tea")

    async def conclude(partition: int, offset: int, n: int) -> None:
        await world.pool.execute(
            "INSERT INTO projection.facts VALUES ('tally', $1, $2, $3, $4, $5, 't', 0, '{}')",
            *(partition, offset, n, tea.key, f"{partition}/{offset}/{n}"),
        )

    db = await database.connect(world.dsn)
    try:
        for place in [(0, 7, 0), (0, 7, 1), (1, 3, 0)]:
            await conclude(*place)
        assert await relay.relay(db) == 3
        for place in [(0, 7, 2), (0, 8, 0), (1, 2, 9), (1, 4, 0)]:  # 1/2/9 came too late
            await conclude(*place)
        assert await relay.relay(db) == 3
    finally:
        await db.close()
    sent = [[json.loads(record.value)["id"] for record in log] for log in facts.store.records]
    assert sent == [["0/7/0", "0/7/1", "0/7/2", "0/8/0"], ["1/3/0", "1/4/0"]]


async def test_a_running_relay_hears_of_facts(world: World) -> None:
    facts, dead = MemoryLog(FACTS, 1), MemoryLog(DEAD_LETTERS, 1)
    relay = Relay("tally", world.dsn, facts, dead)
    runner = world.runner(TALLY)
    await runner.start()
    await relay.start()
    await world.say("post.created", post="p")
    await world.say("reaction.added", target="p", at=HOUR + 2)
    await facts_of(facts, 1)
    await relay.stop()
    await relay.stop()
    await runner.stop()


async def facts_of(log: MemoryLog, count: int) -> None:
    async def end() -> int:
        return await log.end(0)

    await until(end, lambda found: found >= count)
