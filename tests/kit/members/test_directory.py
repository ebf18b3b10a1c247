"""Tokens are random and lasting; words open with their writer's key, and only with that."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.kit.actions.event import Event
from services.kit.members.directory import Directory
from services.kit.members.sealing import seal
from services.kit.runtime import database as db
from services.kit.runtime.migrations import migrate


@pytest.fixture
async def pool(database: str) -> AsyncIterator[db.Pool]:
    await migrate(database)
    pool = await db.pool(database, size=4)
    yield pool
    await pool.close()


def event(sealed: str) -> Event:
    return Event(type="post.created", id="1", source="s", time=0, arrived=0, sealed=sealed)


async def test_a_member_keeps_its_token_in_every_process(pool: db.Pool) -> None:
    first, second = Directory(pool), Directory(pool)
    mine, theirs = await asyncio.gather(
        first.tokens(1, ["a", "b", "a"]), second.tokens(1, ["b", "a"])
    )
    assert mine == theirs
    assert len(set(mine.values())) == 2
    assert await second.names(list(mine.values())) == {mine["a"]: "a", mine["b"]: "b"}


async def test_the_same_id_in_two_communities_is_two_people(pool: db.Pool) -> None:
    directory = Directory(pool)
    assert (await directory.tokens(1, ["a"]))["a"] != (await directory.tokens(2, ["a"]))["a"]


async def test_find_makes_nobody(pool: db.Pool) -> None:
    directory = Directory(pool)
    assert await directory.find(1, ["a"]) == {}
    await directory.tokens(1, ["a"])
    assert set(await directory.find(1, ["a", "b"])) == {"a"}


async def test_words_open_with_the_key_and_are_gone_with_it(pool: db.Pool) -> None:
    directory = Directory(pool)
    writer = (await directory.members(1, ["a"]))["a"]
    sealed = seal(writer, '{"text":"茶很好"}'.encode())
    assert "茶" not in sealed
    opened = event(sealed)
    await Directory(pool).open([opened])
    assert opened.data == {"text": "茶很好"}
    await pool.execute("DELETE FROM hearth.members WHERE token = $1", writer.token)
    closed = event(sealed)
    await Directory(pool).open([closed])
    assert closed.data == {}


async def test_words_moved_under_another_name_do_not_open(pool: db.Pool) -> None:
    directory = Directory(pool)
    found = await directory.members(1, ["a", "b"])
    sealed = seal(found["a"], b'{"text":"x"}')
    moved = event(f"{found['b'].token}:{sealed.partition(':')[2]}")
    await directory.open([moved])
    assert moved.data == {}


async def test_a_small_cache_changes_nothing(pool: db.Pool) -> None:
    directory = Directory(pool, cached=2)
    tokens = await directory.tokens(1, list("abcdef"))
    assert await directory.tokens(1, list("fedcba")) == tokens


async def test_who_is_pushed_out_of_the_cache_while_read_can_still_write(pool: db.Pool) -> None:
    directory = Directory(pool, cached=2)
    await directory.tokens(1, ["a", "b"])
    found = await directory.members(1, ["a", "c", "d"])
    opened = event(seal(found["a"], b'{"text":"x"}'))
    await directory.open([opened])
    assert opened.data == {"text": "x"}


async def take_out(pool: db.Pool, id_: str) -> None:
    """What an order does to the tables."""
    await pool.execute(
        "WITH gone AS (DELETE FROM hearth.members WHERE id = $1 RETURNING *)"
        " INSERT INTO hearth.erasures"
        " (erasure, community, token, key, partition, cut, ordered_at, ordered_by)"
        " SELECT id, community, token, key, 0, 5, 0, '' FROM gone",
        id_,
    )


async def test_who_was_erased_is_forgotten_by_every_process(
    pool: db.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = Directory(pool)
    before = await directory.tokens(1, ["a", "b"])
    await take_out(pool, "a")
    monkeypatch.setattr("services.kit.members.directory.FRESH", 0)
    assert await directory.find(1, ["a", "b"]) == {"b": before["b"]}
    assert (await directory.tokens(1, ["a"]))["a"] != before["a"]


async def test_what_is_announced_is_heard_before_anybody_asks(pool: db.Pool) -> None:
    directory = Directory(pool)
    before = await directory.tokens(1, ["a"])
    await take_out(pool, "a")
    assert await directory.find(1, ["a"]) == before, "it has asked less than a second ago"
    directory.hear_soon()
    await directory.stop()
    assert await directory.find(1, ["a"]) == {}


async def test_without_the_database_what_is_remembered_holds_for_a_lease(
    pool: db.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory = Directory(pool)
    before = await directory.tokens(1, ["a"])
    await pool.close()
    monkeypatch.setattr("services.kit.members.directory.FRESH", 0)
    assert await directory.find(1, ["a"]) == before
    monkeypatch.setattr("services.kit.members.directory.LEASE", 0)
    with pytest.raises(db.AWAY):
        await directory.find(1, ["a"])


async def test_texts_open_before_the_cut_and_not_behind_it(pool: db.Pool) -> None:
    directory = Directory(pool)
    writer = (await directory.members(1, ["a"]))["a"]
    await take_out(pool, "a")
    await pool.execute("INSERT INTO hearth.verdicts VALUES (0, 5, '{\"q\": 1}')")
    events = [event(seal(writer, b'{"text":"x"}')) for _ in range(3)]
    for offset, each in enumerate(events, start=4):
        each.partition, each.offset = 0, offset
    await directory.open(events)
    assert [each.data for each in events] == [{"text": "x"}, {}, {}]
    assert [each.verdicts for each in events] == [None, {"q": 1}, {}]
    assert [each.opened for each in events] == [True, False, False]
