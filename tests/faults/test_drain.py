"""F13: SIGTERM under load: what was acknowledged is kept, and the process is gone in 10 s."""

import asyncio
import os
from pathlib import Path

import pytest

from tests.faults.checks import Checks
from tests.faults.place import Place, place
from tests.faults.traffic import Traffic

SEED = int(os.environ.get("HEARTH_TEST_SEED", "20261124"))
PROMISED = 10.0


async def stop_and_start(here: Place, traffic: Traffic, figures: dict[str, object]) -> None:
    took, statuses = [], []
    for number in (1, 2, 3):
        await traffic.reached(traffic.target * number // 4)
        process = here.installation["all"]
        status, seconds = await asyncio.to_thread(process.terminate, PROMISED)
        statuses.append(status)
        took.append(round(seconds, 1))
        process.start()
        await here.installation.ready("all")
    figures |= {"seconds to exit": took, "exit statuses": statuses}
    traffic.finish()


@pytest.mark.timeout(120)
async def test_a_stop_under_load_loses_nothing(tmp_path: Path, figures: dict[str, object]) -> None:
    figures["seed"] = SEED
    traffic = Traffic(SEED, communities=4, target=4_000)
    async with place(tmp_path, kafka=False) as here:
        async with here.installation.client() as client:
            await traffic.prepare(client)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(traffic.run([client]))
                tasks.create_task(stop_and_start(here, traffic, figures))
        checks = Checks(here.dsn)
        await checks.caught_up()
        found = await checks.findings(traffic.speakers)
        figures |= {"acknowledged": traffic.acked, **found.figures()}
        assert figures["exit statuses"] == [0, 0, 0]
        assert found.clean
