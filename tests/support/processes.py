"""Real processes for tests: started, asked whether they are ready, killed, frozen, by their id."""

import asyncio
import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import aiohttp

ROOT = Path(__file__).resolve().parents[2]
HEARTH = (sys.executable, "-m", "services.cli.main")


_given: set[int] = set()


def free_port() -> int:
    """A port that was free a moment ago, and that nobody in this process was given before."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in _given:
            _given.add(port)
            return port


def clean_environment(settings: Mapping[str, str]) -> dict[str, str]:
    """Our environment without any Hearth setting but `settings` (names without the prefix)."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("HEARTH_") or name.startswith(("HEARTH_KAFKA_", "HEARTH_TEST_"))
    }
    return kept | {f"HEARTH_{name.upper()}": value for name, value in settings.items()}


class Process:
    """One process in a session of its own; what it prints goes to `output`, appended."""

    def __init__(
        self, name: str, command: Sequence[str], environment: Mapping[str, str], output: Path
    ) -> None:
        self.name, self.output = name, output
        self._command, self._environment = list(command), dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self.starts = 0

    def start(self) -> None:
        """Start it; that it is ready is another question."""
        assert not self.running, f"{self.name} runs already"
        with self.output.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self.starts += 1

    @property
    def pid(self) -> int:
        assert self._process is not None, f"{self.name} was never started"
        return self._process.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended. A frozen one runs."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        if self.running:
            self.tell(signal.SIGKILL)
            self.wait(20)

    def freeze(self) -> None:
        """SIGSTOP: it holds all it has and does nothing."""
        self.tell(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self.tell(signal.SIGCONT)

    def terminate(self, within: float = 30) -> tuple[int, float]:
        """SIGTERM; its exit status, and how many seconds it took. Killed if it takes longer."""
        begun = time.monotonic()
        self.tell(signal.SIGTERM)
        try:
            status = self.wait(within)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        return status, time.monotonic() - begun

    def wait(self, within: float) -> int:
        """Its exit status. Raises subprocess.TimeoutExpired."""
        assert self._process is not None
        return self._process.wait(within)

    def tell(self, number: signal.Signals) -> None:
        """Send it a signal, if it has not ended."""
        if self.running:
            os.kill(self.pid, number)

    def close(self) -> None:
        """Gone, whatever state it is in."""
        if self.running:
            self.thaw()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.terminate(15)

    def memory(self) -> int:
        """Resident bytes."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        return 0

    def said(self, last: int = 4000) -> str:
        """The end of what it printed."""
        return self.output.read_text(errors="replace")[-last:] if self.output.exists() else ""


async def answers(url: str, process: Process | None = None, seconds: float = 60) -> None:
    """Until GET `url` answers 200; fails at once where `process` ended instead."""
    async with asyncio.timeout(seconds), aiohttp.ClientSession() as session:
        while not await _ok(session, url):
            if process is not None and not process.running:
                raise AssertionError(f"{process.name} ended:\n{process.said()}")
            await asyncio.sleep(0.05)


async def _ok(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url, timeout=aiohttp.ClientTimeout(total=5)) as answer:
            return answer.status == 200
    except (aiohttp.ClientError, TimeoutError, OSError):
        return False
