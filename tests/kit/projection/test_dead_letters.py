"""Records that could not even be read: who they belong to, and how they come back once they can."""

from typing import Any

import pytest

from services.kit.actions import read
from services.kit.actions.event import Event, encode
from services.kit.log.memory import MemoryLog
from services.kit.log.port import ACTIONS, Entry
from services.kit.projection.dead_letters import CannotRetryError, one, retry_of
from services.kit.projection.replay import Sources
from services.kit.projection.verify import Proof
from tests.kit.projection.conftest import NOW, World
from tests.kit.projection.tally import POISON, TALLY

LATER = b"\x02"
"""Begins records that only a later version can decode."""
YEARS = 10 * 365 * 24 * 3600
"""Ahead of any clock, so that no consumer says by itself that this time has passed."""


def like(id_: str, community: str = "tea", at: int = 0, type_: str = "reaction.added") -> bytes:
    stamp = NOW + at * 1_000_000
    event = Event(
        type=type_,
        id=id_,
        source="test",
        time=stamp,
        arrived=stamp,
        community=community,
        data={"target": "p"},
    )
    return encode(event)


@pytest.fixture
def upgrade(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call it, and this is the version that can decode them."""
    decode = read.decode
    return lambda: monkeypatch.setattr(
        read, "decode", lambda value: decode(value.removeprefix(LATER))
    )


async def likes(world: World) -> int:
    return int(await world.pool.fetchval("SELECT coalesce(sum(n), 0) FROM tally_1.likes"))


async def letter(world: World, offset: int = 0) -> dict[str, Any]:
    return await one(world.pool, "tally", 0, offset)


async def retry(world: World, offset: int = 0) -> None:
    """What the command line and the gateway do; then it is folded."""
    _, asking = await retry_of(await letter(world, offset), world.log, world.registry)
    await world.say(asking.type, id_=asking.id, **dict(asking.data))
    await world.caught_up()


async def refusal(world: World, **letter: Any) -> str:
    with pytest.raises(CannotRetryError) as caught:
        await retry_of(
            {"projection": "tally", "partition": 0, "retried_at": None} | letter,
            world.log,
            world.registry,
        )
    return str(caught.value)


async def test_what_a_later_version_can_decode_comes_back(world: World, upgrade: Any) -> None:
    await world.log.append(0, [Entry(b"tea", LATER + like("a"))])
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    assert (await letter(world))["community"] == (await world.registry.community("tea")).key
    assert "Upgrade" in await refusal(world, offset=0)
    upgrade()
    await retry(world)
    assert await likes(world) == 1
    assert (await letter(world))["retried_at"] == 1
    await world.log.append(0, [Entry(b"tea", like("a"))])  # delivered once more, in the old form
    await world.caught_up()
    await runner.stop()
    assert await likes(world) == 1
    assert "folded it" in await refusal(world, **await letter(world))


async def test_what_came_in_under_its_id_meanwhile_is_not_folded_twice(
    world: World, upgrade: Any
) -> None:
    await world.log.append(0, [Entry(b"tea", LATER + like("a")), Entry(b"tea", like("a"))])
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    upgrade()
    for _ in range(2):
        await retry(world)
        assert await likes(world) == 1
        left = await letter(world)
        assert left["retried_at"] is None
        assert "another record of this id was folded" in left["detail"]
    await runner.stop()


async def test_one_that_raises_when_it_comes_back_may_come_again(
    world: World, upgrade: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.log.append(0, [Entry(b"tea", LATER + like("a", type_="complaint.filed"))])
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    upgrade()
    await retry(world)
    assert "retried at 1: RuntimeError: poison" in (await letter(world))["detail"]
    monkeypatch.setitem(POISON, "on", False)
    await retry(world)
    await runner.stop()
    assert (await letter(world))["retried_at"] == 2


async def test_asked_for_twice_in_one_batch_it_is_folded_once(world: World, upgrade: Any) -> None:
    await world.log.append(0, [Entry(b"tea", LATER + like("a"))])
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    await runner.stop()
    upgrade()
    for _ in range(2):
        await world.say("dead_letter.retried", projection="tally", offset=0)
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    await runner.stop()
    assert await likes(world) == 1


async def test_a_replay_by_a_version_that_knows_better_is_equal_all_the_same(
    world: World, upgrade: Any
) -> None:
    """An hour after its post the post is due: the unread record must not let that hour pass."""
    await world.say("post.created", post="p", at=YEARS)
    await world.log.append(0, [Entry(b"tea", LATER + like("a", at=YEARS + 7200))])
    await world.say("reaction.added", target="p", at=YEARS + 10)
    await world.log.append(0, [Entry(b"cha", like("b", "cha", at=YEARS + 7200))])
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    upgrade()
    await world.registry.create_or_change("cha", name="Cha", type_="interest")
    proof = Proof(TALLY, world.dsn, Sources(world.log, world.registry, world.directory))
    assert (await proof.different())[0] == []
    await retry(world, 1)
    assert await likes(world) == 2
    assert (await proof.different())[0] == []
    await runner.stop()


async def test_a_community_that_exists_by_now_gets_what_was_its_own(world: World) -> None:
    await world.log.append(0, [Entry(b"cha", like("a", "cha"))])
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    assert "PUT /v1/communities/cha" in await refusal(world, offset=0)
    await world.registry.create_or_change("cha", name="Cha", type_="interest")
    _, asking = await retry_of(await letter(world), world.log, world.registry)
    await world.say(asking.type, community="cha", **dict(asking.data))
    await world.caught_up()
    await runner.stop()
    assert await likes(world) == 1


async def test_what_cannot_come_back_is_refused_with_a_reason(world: World) -> None:
    await world.log.append(0, [Entry(b"", like("a", ""))])
    assert "names no community" in await refusal(world, offset=0)
    assert "no record at 7" in await refusal(world, offset=7)
    wide = MemoryLog(ACTIONS, 2)
    await wide.append(1, [Entry(b"tea", like("a"))])
    elsewhere = {"projection": "tally", "partition": 1, "offset": 0, "retried_at": None}
    with pytest.raises(CannotRetryError, match="lives in partition 0"):
        await retry_of(elsewhere, wide, world.registry)


async def test_names_that_no_table_can_hold_stop_nobody(world: World) -> None:
    odd = Event(type="odd\x00", id="a", source="test", time=NOW, arrived=NOW, community="te\x00a")
    await world.log.append(0, [Entry(b"te\x00a", encode(odd)), Entry(b"te\x00a", b"\x00\xff")])
    await world.say("reaction.added", target="p")
    runner = world.runner(TALLY)
    await runner.start()
    await world.caught_up()
    await runner.stop()
    assert await likes(world) == 1
    assert (await letter(world))["detail"] == "te\\x00a"
