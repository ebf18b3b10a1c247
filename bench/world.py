"""What a comparison stands on: a real Kafka and a real PostgreSQL in a temporary folder."""

import asyncio
import os
import shutil
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from enum import IntEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from services.cli.home import Home, embedded, opened
from services.kit.log.kafka_server import KafkaServer
from services.kit.log.port import DEAD_LETTERS, FACTS
from services.kit.runtime.settings import Settings

ROOT = Path(__file__).parents[1]
PEERS = ROOT / ".venv" / "peers" / "bin" / "python"


class Stage(IntEnum):
    """What a comparison wants to find: nothing, fresh servers, or those with the likes in them."""

    BARE = 0
    LIKES = 1
    FRESH = 2


def scale() -> float:
    """BENCH_SCALE: the share of the full sizes, 1 by default."""
    return float(os.environ.get("BENCH_SCALE", "1"))


def sized(full: int, least: int = 1) -> int:
    """A count at this run's scale."""
    return max(least, int(full * scale()))


def say(line: str) -> None:
    """Progress, on standard error."""
    print(f"{time.strftime('%H:%M:%S')}  {line}", file=sys.stderr, flush=True)


def free_port(following: int = 0) -> int:
    """A port that was free a moment ago, and so were the `following` ones after it."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
            if all(_free(port + n) for n in range(1, following + 1)):
                return port


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass(frozen=True)
class World:
    """Addresses of the servers, and a folder. `found` keeps what comparisons share."""

    folder: Path
    broker: str
    dsn: str
    found: dict[str, Any] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """For a home in this process."""
        return Settings(data=self.folder, log_url=f"kafka://{self.broker}")

    @property
    def postgres(self) -> int:
        """Process id of the database server."""
        return int((self.folder / "postgres" / "postmaster.pid").read_text().split()[0])

    def environment(self, **more: str) -> dict[str, str]:
        """For processes that are to use these servers; `more` are settings without their prefix.

        Where there are no servers the defaults hold: everything embedded in the folder.
        """
        ours = {
            "data": str(self.folder),
            "database_url": self.dsn,
            "log_url": f"kafka://{self.broker}" if self.broker else "",
            "log_level": "warning",
            "verify_share": "0",
            **more,
        }
        theirs = {name: v for name, v in os.environ.items() if not name.startswith("HEARTH_")}
        kept = {name: v for name, v in os.environ.items() if name.startswith("HEARTH_KAFKA_")}
        named = {f"HEARTH_{name.upper()}": value for name, value in ours.items() if value}
        return theirs | kept | named

    def on(self, database: str) -> "World":
        """The same world on another database of its server."""
        parts = urlsplit(self.dsn)
        return replace(self, dsn=urlunsplit(parts._replace(path=f"/{database}")))

    async def database(self, name: str, like: str | None = None) -> "World":
        """A new database, empty or a copy of another that nobody is connected to."""
        db = await asyncpg.connect(self.on("postgres").dsn)
        try:
            copied = f' TEMPLATE "{like}"' if like else ""
            await db.execute(f'CREATE DATABASE "{name}"{copied}')
        finally:
            await db.close()
        return self.on(name)

    async def drop(self, name: str) -> None:
        """Remove a database, so that the disk does not fill."""
        db = await asyncpg.connect(self.on("postgres").dsn)
        try:
            await db.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        finally:
            await db.close()


@asynccontextmanager
async def world(*, servers: bool = True) -> AsyncIterator[World]:
    """Servers, started and in the end stopped, and a folder, in the end removed."""
    folder = Path(tempfile.mkdtemp(prefix="hearth-bench-"))
    try:
        if not servers:
            yield World(folder, "", "")
            return
        broker = KafkaServer(folder / "kafka")
        address = await asyncio.to_thread(broker.start)
        try:
            async with embedded(Settings(data=folder), owner=True) as dsn:
                yield World(folder, address, dsn)
        finally:
            await asyncio.to_thread(broker.stop)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def home(at: World) -> AsyncIterator[Home]:
    """What a process of Hearth stands on, over these servers."""
    async with opened(at.settings, at.dsn, (FACTS, DEAD_LETTERS)) as found:
        yield found


class Watch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()

    def seconds(self) -> float:
        """So far."""
        return time.perf_counter() - self._begun
