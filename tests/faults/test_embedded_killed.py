"""`make run` whose own PostgreSQL is killed under it, the log in it included: the running process
starts it again; who asks meanwhile is told to come back, and nothing is lost or doubled."""

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from tests.faults.checks import Checks
from tests.faults.place import QUICK
from tests.faults.traffic import Traffic
from tests.support.installation import Installation
from tests.support.postgres import postmaster
from tests.support.waiting import until

SEED = int(os.environ.get("HEARTH_TEST_SEED", "20261128"))
KILLS = 2


async def kill_and_wait(hearth: Installation, traffic: Traffic, figures: dict[str, object]) -> None:
    """Kills the database in the midst of traffic; each time it is seen away, and back."""
    database, took = hearth.folder / "postgres", []
    async with hearth.client(address=hearth.management("all")) as management:

        async def readiness() -> int:
            return (await management.call("GET", "/readyz")).status

        for number in range(1, KILLS + 1):
            await traffic.reached(traffic.target * number // (KILLS + 1))
            refused, begun = traffic.answers["503"], time.monotonic()
            os.kill(postmaster(database), signal.SIGKILL)
            await until(readiness, lambda status: status == 503)
            await until(readiness, lambda status: status == 200, 60)
            assert traffic.answers["503"] > refused
            took.append(round(time.monotonic() - begun, 1))
    figures["seconds until ready again"] = took
    traffic.finish()


@pytest.mark.timeout(180)
async def test_its_own_database_killed_comes_back_by_itself(
    tmp_path: Path, figures: dict[str, object]
) -> None:
    figures["seed"] = SEED
    traffic = Traffic(SEED, communities=4, target=1_000)
    hearth = Installation(tmp_path, settings=QUICK)
    async with hearth.running():
        async with hearth.client() as client:
            await traffic.prepare(client)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(traffic.run([client]))
                tasks.create_task(kill_and_wait(hearth, traffic, figures))
        checks = Checks(f"postgresql://postgres@/postgres?host={tmp_path / 'postgres'}")
        await checks.caught_up()
        found = await checks.findings(traffic.speakers)
        figures |= {
            "acknowledged": traffic.acked,
            "answers": dict(sorted(traffic.answers.items())),
            **found.figures(),
        }
        assert found.clean
        assert hearth["all"].starts == 1
        status, _ = await asyncio.to_thread(hearth["all"].terminate, 20)
        assert status == 0
    assert not (tmp_path / "postgres" / "postmaster.pid").exists()
