"""Keeps processes running: starts them together, starts again what dies, stops all in order.

For `make run-kafka`, where each service is a process of its own and any of them may be killed.
"""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Part:
    """A process to keep: a name to speak of it, its command, and variables beyond our own."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)


class Supervisor:
    """Runs `parts` until stopped. `say` gets every line they print, with the part's name.

    A part that ends is started again after `pause` seconds, doubled each time up to `longest`
    while it keeps dying. `grace` is how long a part may take to stop before it is killed.
    """

    def __init__(
        self,
        parts: Sequence[Part],
        say: Callable[[str, str], None],
        *,
        pause: float = 0.5,
        longest: float = 10.0,
        grace: float = 15.0,
    ) -> None:
        self._parts = parts
        self._say = say
        self._pause, self._longest, self._grace = pause, longest, grace
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._stopping = asyncio.Event()

    def pid(self, name: str) -> int | None:
        """The process id of a part, or None while it is down."""
        process = self._running.get(name)
        return process.pid if process else None

    async def run(self) -> None:
        """Start all parts and keep them; returns once `stop()` was called and all have ended."""
        async with asyncio.TaskGroup() as tasks:
            for part in self._parts:
                tasks.create_task(self._keep(part))

    def stop(self) -> None:
        """Ask every part to end. Stopping twice is safe."""
        self._stopping.set()

    async def _keep(self, part: Part) -> None:
        pause = self._pause
        while not self._stopping.is_set():
            started = asyncio.get_running_loop().time()
            code = await self._once(part)
            if self._stopping.is_set():
                return
            if asyncio.get_running_loop().time() - started > self._longest:
                pause = self._pause
            self._say(part.name, f"{_ending(code)}; starting it again in {pause:g} s")
            await self._sleep(pause)
            pause = min(2 * pause, self._longest)

    async def _once(self, part: Part) -> int:
        process = await asyncio.create_subprocess_exec(
            *part.command,
            env={**os.environ, **part.environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=2**20,
            process_group=0,  # Ctrl-C is for us; we stop the parts in our own order
            preexec_fn=_end_with_parent,
        )
        self._running[part.name] = process
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._repeat(part.name, process))
                ended = tasks.create_task(self._ended(process))
            return ended.result()
        finally:
            del self._running[part.name]

    async def _repeat(self, name: str, process: asyncio.subprocess.Process) -> None:
        lines = cast("asyncio.StreamReader", process.stdout)  # a pipe: asked for above
        async for line in lines:
            self._say(name, line.decode(errors="replace").rstrip())

    async def _ended(self, process: asyncio.subprocess.Process) -> int:
        stopping = asyncio.ensure_future(self._stopping.wait())
        ending = asyncio.ensure_future(process.wait())
        await asyncio.wait({stopping, ending}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if not ending.done():
            process.terminate()
        try:
            return await asyncio.wait_for(ending, self._grace)
        except TimeoutError:
            process.kill()
            return await process.wait()

    async def _sleep(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return


def _end_with_parent() -> None:
    """Where the system can (Linux), a killed supervisor takes its parts along."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _ending(code: int) -> str:
    return f"ended with {code}" if code >= 0 else f"was killed ({signal.Signals(-code).name})"
