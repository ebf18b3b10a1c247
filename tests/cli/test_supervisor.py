"""The supervisor: what dies comes back, what is asked to end ends."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.cli.supervisor import Part, Supervisor
from tests.cli.heard import Heard

PATIENT = "import signal, sys\nprint('up', flush=True)\nsignal.pause()"
STUBBORN = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n{PATIENT}"


def part(name: str, program: str, **environment: str) -> Part:
    return Part(name, [sys.executable, "-u", "-c", program], environment)


@asynccontextmanager
async def running(*parts: Part, grace: float = 15) -> AsyncIterator[tuple[Supervisor, Heard]]:
    heard = Heard()
    supervisor = Supervisor(parts, heard.say, pause=0.01, grace=grace)
    task = asyncio.create_task(supervisor.run())
    try:
        yield supervisor, heard
    finally:
        supervisor.stop()
        supervisor.stop()
        await task


async def test_a_killed_part_is_started_again_and_the_others_go_on() -> None:
    async with running(part("a", PATIENT), part("b", PATIENT)) as (supervisor, heard):
        await heard.until("a", "up")
        first, other = supervisor.pid("a"), supervisor.pid("b")
        assert first
        os.kill(first, signal.SIGKILL)
        await heard.until("a", "was killed (SIGKILL)")
        await heard.until("a", "up")
        assert supervisor.pid("a") not in {None, first}
        assert supervisor.pid("b") == other


async def test_each_part_gets_its_own_variables() -> None:
    program = "import os\nprint('port', os.environ['HEARTH_PORT'], flush=True)"
    async with running(part("a", program, HEARTH_PORT="1")) as (_, heard):
        assert await heard.until("a", "port") == "port 1"
        assert "ended with 0" in await heard.until("a", "starting it again")


async def test_a_part_that_will_not_end_is_killed_after_its_grace() -> None:
    async with running(part("a", STUBBORN), grace=0.05) as (supervisor, heard):
        await heard.until("a", "up")
        pid = supervisor.pid("a")
    assert supervisor.pid("a") is None
    assert pid
    assert not _alive(pid)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
