"""What a comparison stands on: a real Kafka and a real PostgreSQL in a temporary folder."""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from services.cli.home import Home, embedded, opened
from services.kit.log.kafka_server import KafkaServer
from services.kit.runtime.settings import Settings

ROOT = Path(__file__).parents[1]
PEERS = ROOT / ".venv" / "peers" / "bin" / "python"


@dataclass
class World:
    """Addresses of the servers, and a folder."""

    folder: Path
    broker: str
    dsn: str
    kafka_pid: int
    settings: Settings

    def environment(self) -> dict[str, str]:
        """For processes that are to use these servers."""
        return {
            **os.environ,
            "HEARTH_DATA": str(self.folder),
            "HEARTH_DATABASE_URL": self.dsn,
            "HEARTH_LOG_URL": f"kafka://{self.broker}",
            "HEARTH_LOG_LEVEL": "warning",
            "HEARTH_VERIFY_SHARE": "0",
        }

    def process(self, *words: str, python: Path | None = None) -> "subprocess.Popen[bytes]":
        """A process of the project, or of a peer."""
        command = [str(python or sys.executable), "-m", *words]
        return subprocess.Popen(command, cwd=ROOT, env=self.environment())


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    """Both servers, started and in the end stopped and removed."""
    folder = Path(tempfile.mkdtemp(prefix="hearth-bench-"))
    broker = KafkaServer(folder / "kafka")
    address = await asyncio.to_thread(broker.start)
    settings = Settings(data=folder, log_url=f"kafka://{address}")
    try:
        async with embedded(settings, owner=True) as dsn:
            yield World(folder, address, dsn, broker.pid, settings)
    finally:
        await asyncio.to_thread(broker.stop)
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def home(at: World) -> AsyncIterator[Home]:
    """What a process of Hearth stands on, over these servers."""
    async with opened(at.settings, at.dsn, ()) as found:
        yield found


def cpu_seconds(pid: int) -> float:
    """CPU seconds of a process so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def postgres_seconds(dsn: str) -> float:
    """CPU seconds of all server processes of the embedded PostgreSQL so far, ended ones too."""
    folder = Path(dsn.partition("host=")[2].partition("&")[0].replace("%2F", "/"))
    total = 0.0
    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] == "postgres" and str(folder) in " ".join(process.cmdline()):
            times = process.cpu_times()
            total += times.user + times.system + times.children_user + times.children_system
            total += sum(cpu_seconds(child.pid) for child in process.children())
    return total


class Watch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()

    def seconds(self) -> float:
        return time.perf_counter() - self._begun
