"""Migrations apply once, whoever comes first, and never change afterwards."""

import asyncio
from pathlib import Path

import pytest

from services.kit.runtime import database as db
from services.kit.runtime.migrations import folders, migrate


async def test_of_several_at_once_one_applies(database: str) -> None:
    applied = await asyncio.gather(*(migrate(database) for _ in range(3)))
    assert sorted(map(len, applied))[:2] == [0, 0]
    assert len(max(applied, key=len)) == len([p for f in folders() for p in f.glob("*.sql")])


async def test_an_applied_file_must_not_change(database: str, tmp_path: Path) -> None:
    folder = tmp_path / "things" / "migrations"
    folder.mkdir(parents=True)
    file = folder / "0001_things.sql"
    file.write_text("CREATE TABLE things (id integer)")
    assert await db.migrate(database, [folder]) == ["things/0001_things.sql"]
    assert await db.migrate(database, [folder]) == []
    file.write_text("CREATE TABLE things (id bigint)")
    with pytest.raises(db.MigrationChangedError, match="new migration"):
        await db.migrate(database, [folder])


async def test_one_that_fails_leaves_nothing(database: str, tmp_path: Path) -> None:
    folder = tmp_path / "things" / "migrations"
    folder.mkdir(parents=True)
    (folder / "0001_a.sql").write_text("CREATE TABLE a (id integer)")
    (folder / "0002_b.sql").write_text("CREATE TABLE b (id nonsense)")
    with pytest.raises(Exception, match="nonsense"):
        await db.migrate(database, [folder])
    connection = await db.connect(database)
    assert await connection.fetchval("SELECT to_regclass('a')") is None
    await connection.close()
