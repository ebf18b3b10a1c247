"""A whole Hearth as a user has it: one process, or four, over a log and a database.

installation = Installation(folder, database_url=dsn, log_url="kafka://...", one_process=False)
async with installation.running():
    ...
"""

import asyncio
import subprocess
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.support.client import Client
from tests.support.processes import HEARTH, ROOT, Process, answers, clean_environment, free_port

ROLES = ("ingest", "incentives", "alerts", "api")
"""In the order of their management ports."""
OPERATOR = "hearth_operator_00000000000000000000000000000000"
MASTER = "17" * 32


class Installation:
    """Processes of one installation. Without `database_url` the embedded PostgreSQL is used."""

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str | None = None,
        log_url: str | None = None,
        one_process: bool = True,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self.folder, self.database_url, self.log_url = folder, database_url, log_url
        self.port, self._ingest_port = free_port(), free_port()
        self._management: dict[str, int] = {}
        self._settings = {
            "data": str(folder),
            "port": str(self.port),
            "ingest_url": f"http://127.0.0.1:{self._ingest_port}",
            "operator_key": OPERATOR,
            "master_key": MASTER,
            "log_format": "json",
        } | dict(settings or {})
        if database_url:
            self._settings["database_url"] = database_url
        if log_url:
            self._settings["log_url"] = log_url
        self.processes: dict[str, Process] = {}
        for role in ("all",) if one_process else ROLES:
            self.add(role, role)

    def add(self, name: str, role: str) -> Process:
        """One more process, of a role; not started."""
        port = self._management[name] = free_port()
        base = port - (ROLES.index(role) if role in ROLES else 0)
        environment = self.environment(management_port=str(base))
        process = Process(
            name, [*HEARTH, "serve", role], environment, self.folder / f"{name}.output"
        )
        self.processes[name] = process
        return process

    def environment(self, **more: str) -> dict[str, str]:
        """What its processes and commands are started with."""
        return clean_environment(self._settings | more)

    def __getitem__(self, name: str) -> Process:
        return self.processes[name]

    @property
    def address(self) -> str:
        """Where actions and reads go."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def ingest_address(self) -> str:
        """Ingest's own, where it is a process of its own."""
        return self.address if "all" in self.processes else self._settings["ingest_url"]

    def management(self, name: str) -> str:
        """The management address of a process."""
        return f"http://127.0.0.1:{self._management[name]}"

    def client(self, key: str = OPERATOR, address: str | None = None) -> Client:
        """A client with a key, by default the operator's."""
        return Client(address or self.address, key)

    def hearth(
        self, *words: str, within: float = 100, **settings: str
    ) -> "subprocess.CompletedProcess[str]":
        """A `hearth` command of this installation, to its end."""
        return subprocess.run(
            [*HEARTH, *words],
            cwd=ROOT,
            env=self.environment(**settings),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )

    async def command(self, *words: str, within: float = 100) -> "subprocess.CompletedProcess[str]":
        """The same, while other things go on."""
        return await asyncio.to_thread(self.hearth, *words, within=within)

    async def ready(self, *names: str, seconds: float = 60) -> None:
        """Until each process (or those named) answers that it is ready."""
        for name in names or self.processes:
            await answers(self.management(name) + "/readyz", self.processes[name], seconds)

    async def start(self) -> None:
        """Start all and wait until they are ready. The first migrates, so it goes first."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for process in self.processes.values():
            process.start()
        await self.ready()

    async def bounce(self, name: str) -> float:
        """SIGKILL one, start it again; seconds until it was ready."""
        begun = time.monotonic()
        self.processes[name].kill()
        self.processes[name].start()
        await self.ready(name)
        return time.monotonic() - begun

    def close(self) -> None:
        """End every process."""
        for process in reversed(self.processes.values()):
            process.close()

    @asynccontextmanager
    async def running(self) -> AsyncIterator["Installation"]:
        """It runs inside; on an error what its processes said last is printed."""
        try:
            await self.start()
            yield self
        except BaseException:
            for process in self.processes.values():
                print(f"--- the end of what {process.name} said\n{process.said()}")
            raise
        finally:
            self.close()
