"""Given a draft in the shadow, when things go on, then it is what a preview would show, always."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import pytest

from services.incentives.preview.commands import Change, TooLongError
from services.incentives.projection import PROJECTION
from services.incentives.shadow.commands import Following, NoShadowError, Shadow
from services.incentives.shadow.fold import Shadows
from services.kit.projection import compare
from services.kit.projection.definition import Connection
from services.kit.projection.scratch import scratch
from services.kit.runtime import database
from tests.incentives.everything import POLICY
from tests.incentives.preview.conftest import Place
from tests.incentives.preview.test_preview import policy

DRAFT = {**POLICY, "caps": [], "quests": {}, "badges": {}, "spaces": {}, "stars": {}}


async def shadow(place: Place, slug: str = "tea") -> Shadow:
    community = await place.home.registry.community(slug)
    return Shadow(place.home.dsn, place.home.sources, community)


async def busy(place: Place, seed: int, actions: int = 60) -> None:
    """More of what members do: some likes, some taken back, days of check-ins."""
    rng, said = Random(seed), []
    for number in range(actions):
        who, whose = rng.sample(["ann", "bob", "cy"], 2)
        data = {"target": f"{whose}/{rng.randrange(3)}", "kind": "like", "author_of_target": whose}
        type_ = rng.choice(["reaction.added", "reaction.added", "reaction.removed"])
        said.append({"type": type_, "member": who, "data": data})
        if number % 9 == 0:
            post = {"post": f"{who}/{rng.randrange(3)}"}
            said.append({"type": "post.created", "member": who, "data": post})
            said.append({"type": "member.checked_in", "member": who, "data": {}})
    await place.say("tea", said)
    await place.folded()


async def compared(found: Shadow, **how: Any) -> tuple[list[Change], int]:
    """Its changes, and the position that they are of."""
    async with found.compare(**how) as comparison:
        return [change async for change in comparison.changes()], comparison.position


@asynccontextmanager
async def connected(place: Place) -> AsyncIterator[Connection]:
    db = await database.connect(place.home.dsn)
    try:
        yield db
    finally:
        await db.close()


async def schemas(place: Place) -> list[str]:
    rows = await place.home.pool.fetch(
        "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'incentives_s%' ORDER BY 1"
    )
    return [row["nspname"] for row in rows]


async def test_at_any_time_it_is_what_a_preview_shows(place: Place) -> None:
    await place.community("tea", POLICY)
    await busy(place, 1)
    found = await shadow(place)
    await found.start(DRAFT, "ann")
    for seed in range(2, 5):
        rows, position = await compared(found)
        async with place.under("tea", DRAFT) as comparison:
            assert rows == [change async for change in comparison.changes()] != []
            assert position == comparison.position
        await busy(place, seed)
    # Another process goes on where this one stopped: its tables are those of one replay.
    await compared(await shadow(place))
    assert await alike(place, found)


async def alike(place: Place, found: Shadow) -> bool:
    """Whether its tables are those that a replay in one go fills. It is of no more use then."""
    async with connected(place) as db, scratch(place.home.dsn, PROJECTION) as (other, schema):
        preview, replay = await found.opened(db)
        whole = Following(
            replay.projection, schema, replay.partition, replay.sources, only="tea",
            first=[preview.published], without=replay.without,
        )  # fmt: skip
        await other.execute(
            f'CREATE TABLE "{schema}".shadow_position'
            f' (LIKE "{found.schema}".shadow_position INCLUDING ALL)'
        )
        await whole.run(other, replay.next, at_once=7)
        for each, of in ((db, found.schema), (other, schema)):
            for table in ("shadow_position", "had", "compared"):
                await each.execute(f'DROP TABLE IF EXISTS "{of}".{table}')
        keys = [found.community.key]
        return not compare.different(
            await compare.hashes(db, PROJECTION, found.schema, keys),
            await compare.hashes(other, PROJECTION, schema, keys),
        )


async def test_it_is_kept_caught_up_beside_the_fold(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.incentives.shadow.fold.MOST", 20)
    await place.community("tea", POLICY)
    await place.community("go", POLICY)
    await busy(place, 1)
    found, home = await shadow(place), place.home
    await found.start(DRAFT, "ann")
    assert (await found.status()).behind > 0
    part = Shadows(home.dsn, home.registry, home.sources, share=1.0)
    await part.round()
    assert (await found.status()).behind == 0
    await busy(place, 2)
    await compared(found)  # ahead of what the part remembers
    await busy(place, 3)
    await part.round()
    assert (await found.status()).behind == 0
    async with found._held():
        await busy(place, 4)
        await part.round()
        assert (await found.status()).behind > 0
    await part.round()
    assert await alike(place, found)
    await found.stop()
    await part.round()


async def test_started_again_and_stopped_nothing_is_left(place: Place) -> None:
    await place.community("tea", policy(5, 20))
    await place.posts("tea", ann=3)
    await place.folded()
    before = await schemas(place)
    found = await shadow(place)
    with pytest.raises(NoShadowError):
        await found.status()
    with pytest.raises(NoShadowError):
        await compared(found)
    await found.start(policy(7, 20, title="Richer"), "ann")
    (row,) = (await compared(found))[0]
    assert row.accounts["points"].draft == 21
    await found.start(policy(2, 20, title="Poorer"), "bo")
    told = await found.status()
    assert (told.started_by, told.title, told.following) == ("bo", "Poorer", 0)
    (row,) = (await compared(found))[0]
    assert row.accounts["points"].draft == 6
    assert await found.stop()
    assert not await found.stop()
    assert await schemas(place) == before
    assert await place.home.pool.fetchval("SELECT count(*) FROM shadow.draft") == 0


async def test_what_a_crash_of_the_server_emptied_begins_again(place: Place) -> None:
    await place.community("tea", policy(5, 20))
    await place.posts("tea", ann=3, bob=2)
    await place.folded()
    found = await shadow(place)
    await found.start(policy(7, 20), "ann")
    rows = await compared(found)
    async with connected(place) as db:
        # That every table is of the kind that a crash empties, and what it then looks like.
        kinds = await db.fetch(
            "SELECT relname, relpersistence FROM pg_class WHERE relkind = 'r'"
            " AND relnamespace = $1::text::regnamespace", found.schema,
        )  # fmt: skip
        assert {row["relpersistence"] for row in kinds} == {b"u"}
        names = ", ".join(f'"{found.schema}"."{row["relname"]}"' for row in kinds)
        await db.execute(f"TRUNCATE {names}")
    assert await compared(found) == rows


async def test_tables_of_an_earlier_release_are_made_anew(place: Place) -> None:
    await place.community("tea", policy(5, 20))
    await place.posts("tea", ann=3)
    await place.folded()
    found = await shadow(place)
    await found.start(policy(7, 20), "ann")
    await compared(found)
    await place.home.pool.execute("UPDATE shadow.draft SET version = version - 1")
    (row,) = (await compared(found))[0]
    assert row.accounts["points"].draft == 21
    query = "SELECT version FROM shadow.draft"
    assert await place.home.pool.fetchval(query) == PROJECTION.version


async def test_what_takes_too_long_goes_on_where_it_stopped(place: Place) -> None:
    await place.community("tea", policy(5, 20))
    await place.posts("tea", ann=30)
    await place.folded()
    found = await shadow(place)
    await found.start(policy(7, 20), "ann")
    with pytest.raises(TooLongError):
        await compared(found, longest=5)

    def impatient(done: int, _total: int) -> None:
        if done >= 10:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        await compared(found, told=impatient, at_once=5)
    # What was told of had been committed.
    assert (await found.status()).following == 10
    (row,) = (await compared(found, longest=25))[0]
    assert row.accounts["points"].draft == 210
