"""Whoever was told that an import is open, or over, finds it so in every process from then on."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.kit.registry import imports
from services.kit.registry.imports import Import, OpenImports
from services.kit.registry.registry import Community, Registry
from services.kit.runtime import database as db
from services.kit.runtime.migrations import migrate
from services.kit.runtime.secrets import Vault
from tests.support.waiting import until

ROUNDS = 20
DUMP = (Import("dump", None),)


@pytest.fixture
async def pool(database: str) -> AsyncIterator[db.Pool]:
    await migrate(database)
    pool = await db.pool(database, size=6)
    yield pool
    await pool.close()


@pytest.fixture
async def registries(pool: db.Pool) -> AsyncIterator[list[Registry]]:
    """Three processes."""
    found = [Registry(pool, Vault(bytes(32)), 1) for _ in range(3)]
    for registry in found:
        await registry.start()
    yield found
    for registry in found:
        await registry.stop()
        await registry.stop()


@pytest.fixture
async def tea(pool: db.Pool) -> Community:
    made, _ = await Registry(pool, Vault(bytes(32)), 1).create_or_change(
        "tea", name="Tea", type_="interest"
    )
    return made


async def watchers(pool: db.Pool) -> int:
    return int(await pool.fetchval("SELECT count(*) FROM hearth.import_watchers"))


async def test_processes_that_hear_of_it_are_waited_for_and_no_longer(
    pool: db.Pool,
    registries: list[Registry],
    tea: Community,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With leases of an hour: what is right at once is so because it was heard of."""
    monkeypatch.setattr(imports, "LEASE", 3600.0)
    monkeypatch.setattr(imports, "FRESH", 3600.0)
    assert [await registry.imports(tea.key) for registry in registries] == [()] * 3
    async with asyncio.timeout(20):
        for _ in range(ROUNDS):
            await registries[0].open_import(tea, "dump", None)
            assert [await registry.imports(tea.key) for registry in registries] == [DUMP] * 3
            await registries[0].close_import(tea, "dump")
            assert [await registry.imports(tea.key) for registry in registries] == [()] * 3
    assert await watchers(pool) == 3
    for registry in registries:
        await registry.stop()
    assert await watchers(pool) == 0


async def test_one_that_hears_nothing_is_right_once_its_lease_has_run_out(
    pool: db.Pool, tea: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dead, or cut off: neither listens. The dead are not waited for twice."""
    monkeypatch.setattr(imports, "LEASE", 0.2)
    monkeypatch.setattr(imports, "FRESH", 3600.0)
    here, deaf, dead = (OpenImports(pool) for _ in range(3))
    assert await deaf.of(tea.key) == await dead.of(tea.key) == ()
    await here.open(tea.key, "tea", "dump", None)
    assert await deaf.of(tea.key) == DUMP
    await here.close(tea.key, "tea", "dump")
    assert await deaf.of(tea.key) == ()
    assert await watchers(pool) == 2


async def test_between_changes_nobody_asks(
    pool: db.Pool, tea: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = OpenImports(pool)
    assert await here.of(tea.key) == ()
    await pool.execute("INSERT INTO hearth.imports VALUES ($1, 'dump', NULL, 0)", tea.key)
    assert await here.of(tea.key) == ()
    monkeypatch.setattr(imports, "LEASE", 0.0)
    assert await here.of(tea.key) == DUMP


async def test_a_database_that_is_away_is_noticed_when_the_lease_is_over(
    pool: db.Pool, tea: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = OpenImports(pool)
    await here.open(tea.key, "tea", "dump", None)
    pool.terminate()
    monkeypatch.setattr(imports, "FRESH", 0.0)
    assert await here.of(tea.key) == DUMP
    monkeypatch.setattr(imports, "LEASE", 0.0)
    with pytest.raises(db.AWAY):
        await here.of(tea.key)
    await here.leave()


async def test_a_change_does_not_pass_by_one_who_is_just_reading(
    pool: db.Pool, tea: Community, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has read and not yet said so must be seen by the change, and is: here its lease ends."""
    monkeypatch.setattr(imports, "LEASE", 0.2)
    here = OpenImports(pool)
    async with pool.acquire() as reader, reader.transaction():
        await reader.execute(imports.Q.share_imports)
        assert await reader.fetch(imports.Q.open_imports) == []
        opening = asyncio.create_task(here.open(tea.key, "tea", "dump", None))
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        await until(lambda: pool.fetchval(waiting), bool, 5)
        await reader.execute(imports.Q.watch_imports, "just reading")
    await opening
    left = await pool.fetch("SELECT process FROM hearth.import_watchers")
    assert "just reading" not in {row["process"] for row in left}
