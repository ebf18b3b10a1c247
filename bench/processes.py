"""Processes that a comparison starts and watches: their words, their CPU, their memory."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil

from bench.world import ROOT, World, free_port, say

HEARTH = ("-m", "services.cli.main")
_LINE = 2**20


class ProcessFailedError(Exception):
    """A process of a comparison ended before it had said what it should."""


async def start(words: Sequence[str], environment: dict[str, str]) -> asyncio.subprocess.Process:
    """A process whose standard output we read; what it complains of goes to our own."""
    return await asyncio.create_subprocess_exec(
        *words, cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE, limit=_LINE
    )


async def told(process: asyncio.subprocess.Process) -> dict[str, Any]:
    """The next line of JSON that a process prints. Raises ProcessFailedError."""
    assert process.stdout is not None
    async for line in process.stdout:
        if line.startswith(b"{"):
            found: dict[str, Any] = json.loads(line)
            return found
    raise ProcessFailedError(f"process {process.pid} ended with {await process.wait()}")


async def end(process: asyncio.subprocess.Process) -> None:
    """SIGTERM, and SIGKILL to one that takes over 20 s."""
    if process.returncode is None:
        process.terminate()
    # Read out what it still says, or it could never end.
    try:
        await asyncio.wait_for(process.communicate(), 20)
    except TimeoutError:
        process.kill()
        await process.wait()


async def answer_of(words: Sequence[str], environment: dict[str, str]) -> dict[str, Any]:
    """Run a process to its end; the JSON it said."""
    process = await start(words, environment)
    try:
        return await told(process)
    finally:
        await end(process)


def python(*words: str) -> tuple[str, ...]:
    """A command for this environment's interpreter."""
    return (sys.executable, *words)


@asynccontextmanager
async def serving(
    at: World, names: Sequence[str], **settings: str
) -> AsyncIterator[dict[str, Any]]:
    """`hearth serve NAME` for each; gives the port of the API, and the process by name."""
    # Neighbours, because two single answers of the system may be the same port.
    port = free_port(following=5)
    ingest, management = port + 1, port + 2
    environment = at.environment(
        port=str(port),
        ingest_url=f"http://127.0.0.1:{ingest}",
        management_port=str(management),
        **settings,
    )
    running: dict[str, Any] = {}
    try:
        for name in names:
            process = await start(python(*HEARTH, "serve", name), environment)
            running[name] = process
            await _runs(process)
        yield {**running, "port": port, "ingest_port": ingest}
    finally:
        for process in reversed(list(running.values())):
            await end(process)


async def _runs(process: asyncio.subprocess.Process) -> None:
    """Wait for the greeting, then let it speak unheard."""
    assert process.stdout is not None
    async for line in process.stdout:
        if b"runs" in line:
            return
    raise ProcessFailedError(f"a service ended with {await process.wait()}")


def cpu(pid: int) -> float:
    """CPU seconds of a process so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def cpu_of_tree(pid: int) -> float:
    """CPU seconds of a process and of its children, those that have ended too."""
    process = psutil.Process(pid)
    times = process.cpu_times()
    total = float(times.user + times.system + times.children_user + times.children_system)
    for child in process.children():
        try:
            total += cpu(child.pid)
        except psutil.NoSuchProcess:
            say("a process of the database ended while it was measured")
    return total


def peak(pid: int) -> int:
    """The largest resident size of a process so far, in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def pss(pid: int) -> int:
    """Memory of a process and its children in bytes, what they share counted once."""
    total = 0
    process = psutil.Process(pid)
    for each in (process, *process.children(recursive=True)):
        try:
            total += int(each.memory_full_info().pss)
        except psutil.NoSuchProcess:
            continue
    return total
