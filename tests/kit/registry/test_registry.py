"""What exists, where it lives, and that every process hears of a change."""

from collections.abc import AsyncIterator

import pytest

from services.kit.projection import generations
from services.kit.registry.registry import Registry, UnknownCommunityError, UnknownSourceError
from services.kit.runtime import database as db
from services.kit.runtime.migrations import migrate
from services.kit.runtime.secrets import Vault
from tests.support.waiting import until


@pytest.fixture
async def pool(database: str) -> AsyncIterator[db.Pool]:
    await migrate(database)
    pool = await db.pool(database, size=6)
    yield pool
    await pool.close()


@pytest.fixture
async def registries(pool: db.Pool) -> AsyncIterator[tuple[Registry, Registry]]:
    """Two processes."""
    found = (Registry(pool, Vault(bytes(32)), 3), Registry(pool, Vault(bytes(32)), 3))
    for registry in found:
        await registry.start()
    yield found
    for registry in found:
        await registry.stop()


async def test_a_new_community_is_placed_where_the_fewest_are(
    registries: tuple[Registry, Registry],
) -> None:
    registry, _ = registries
    for slug in "abcdef":
        await registry.create_or_change(slug, name=slug, type_="interest")
    places = [community.partition for community in await registry.communities()]
    assert sorted(places) == [0, 0, 1, 1, 2, 2]


async def test_one_that_the_log_knows_already_is_placed_where_its_records_are(
    registries: tuple[Registry, Registry], pool: db.Pool
) -> None:
    """As after a restore of a registry that is older than the log."""
    registry, _ = registries
    row = [[7], [None], ["post.created"], ["unknown_community"], ["lost"], [0]]
    await pool.execute(generations.Q.add_dead, "alerts", 2, *row)
    lost, _ = await registry.create_or_change("lost", name="lost", type_="interest")
    other, _ = await registry.create_or_change("other", name="other", type_="interest")
    assert (lost.partition, other.partition) == (2, 0)


async def test_creating_again_changes_but_never_moves(
    registries: tuple[Registry, Registry],
) -> None:
    registry, _ = registries
    first, fresh = await registry.create_or_change("tea", name="Tea", type_="interest")
    second, again = await registry.create_or_change(
        "tea", name="茶", type_="interest", time_zone="UTC"
    )
    assert (fresh, again) == (True, False)
    assert (second.key, second.partition) == (first.key, first.partition)
    assert (second.name, second.time_zone) == ("茶", "UTC")
    assert await registry.by_key(first.key) == second


async def test_what_is_unknown_is_said_to_be(registries: tuple[Registry, Registry]) -> None:
    registry, _ = registries
    with pytest.raises(UnknownCommunityError):
        await registry.community("nowhere")
    with pytest.raises(UnknownCommunityError):
        await registry.by_key(404)
    with pytest.raises(UnknownSourceError):
        await registry.source(1, "forum")


async def test_every_process_hears_of_a_change(registries: tuple[Registry, Registry]) -> None:
    here, there = registries
    tea, _ = await here.create_or_change("tea", name="Tea", type_="interest")
    assert (await there.community("tea")).name == "Tea"
    assert await there.imports(tea.key) == ()
    await here.put_source(tea, "forum", "discourse", {"secrets": ["one"]})
    assert (await there.source(tea.key, "forum")).secrets == ("one",)
    await here.create_or_change("tea", name="Tea House", type_="interest")
    await here.put_source(tea, "forum", "discourse", {"secrets": ["two", "one"]})
    await here.open_import(tea, "dump", None)

    async def heard() -> bool:
        renamed = (await there.community("tea")).name == "Tea House"
        rotated = (await there.source(tea.key, "forum")).secrets == ("two", "one")
        return renamed and rotated and bool(await there.imports(tea.key))

    await until(heard, bool)


async def test_secrets_are_sealed(registries: tuple[Registry, Registry], pool: db.Pool) -> None:
    registry, _ = registries
    tea, _ = await registry.create_or_change("tea", name="Tea", type_="interest")
    await registry.put_source(tea, "forum", "discourse", {"secrets": ["swordfish"]})
    stored = await pool.fetchval("SELECT settings FROM hearth.sources")
    assert b"swordfish" not in stored
    assert [row["name"] for row in await registry.sources(tea.key)] == ["forum"]
