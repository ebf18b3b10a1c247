"""F8: a consumer frozen past its session, and woken: it finds itself fenced and doubles nothing."""

import asyncio
import os
import random
from pathlib import Path

import asyncpg
import pytest

from tests.faults.checks import Checks
from tests.faults.place import Place, place
from tests.faults.traffic import Traffic
from tests.support.client import Client
from tests.support.waiting import until

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka-processes")]
SEED = int(os.environ.get("HEARTH_TEST_SEED", "20261123"))


async def measured(here: Place, name: str, metric: str) -> dict[str, float]:
    """The samples of a metric of a process, by their labels."""
    async with Client(here.installation.management(name), None) as client:
        text = (await client.call("GET", "/metrics")).body
    lines = (line.rpartition(" ") for line in text.splitlines() if line.startswith(metric))
    return {labels: float(value) for labels, _, value in lines}


async def epochs(here: Place, projection: str) -> dict[int, int]:
    """How often each partition of a projection was claimed."""
    db = await asyncpg.connect(here.dsn)
    try:
        rows = await db.fetch(
            "SELECT partition, epoch FROM projection.progress WHERE projection = $1", projection
        )
        return {row["partition"]: row["epoch"] for row in rows}
    finally:
        await db.close()


async def busy(here: Place, projection: str) -> bool:
    """Whether a transaction of a batch is open, so that who is frozen now may be in the midst."""
    db = await asyncpg.connect(here.dsn)
    try:
        return bool(
            await db.fetchval(
                "SELECT count(*) FROM pg_locks WHERE relation = $1::regclass AND granted"
                " AND mode = 'RowExclusiveLock'",
                f"projection.seen_{projection}",
            )
        )
    finally:
        await db.close()


async def holds(here: Place, name: str) -> int:
    """How many partitions a consumer holds."""
    return len(await measured(here, name, "hearth_projection_lag_events{"))


async def freeze_and_thaw(here: Place, traffic: Traffic, names: list[str]) -> None:
    """Freeze each until others have all its partitions, wake it until it holds some again."""
    for number, name in enumerate(names, start=1):
        await traffic.reached(traffic.target * number // (len(names) + 1))
        await until(lambda name=name: holds(here, name), bool, 60)
        projection = name.partition("-")[0]
        before = await epochs(here, projection)
        await until(lambda projection=projection: busy(here, projection), bool, 60)
        here.installation[name].freeze()
        await until(
            lambda projection=projection: epochs(here, projection),
            lambda now, before=before: all(now[p] > epoch for p, epoch in before.items()),
            60,
        )
        here.installation[name].thaw()
        await until(lambda name=name: holds(here, name), bool, 60)
    traffic.finish()


async def run(folder: Path, target: int, times: int, figures: dict[str, object]) -> None:
    names = ["incentives", "incentives-2", "alerts", "alerts-2"] * times
    random.Random(SEED).shuffle(names)
    names = names if times > 1 else names[:1]
    figures |= {"seed": SEED, "frozen": " ".join(names)}
    traffic = Traffic(SEED, communities=6, target=target)
    async with place(folder, kafka=True, more=("incentives", "alerts")) as here:
        async with here.installation.client() as client:
            await traffic.prepare(client)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(traffic.run([client]))
                tasks.create_task(freeze_and_thaw(here, traffic, names))
        checks = Checks(here.dsn, here.log_url)
        await checks.caught_up()
        found = await checks.findings(traffic.speakers)
        fenced = 0.0
        for name in set(names):
            fenced += sum((await measured(here, name, "hearth_projection_fenced_total")).values())
        figures |= {
            "acknowledged": traffic.acked,
            "batches fenced": int(fenced),
            **found.figures(),
        }
        assert found.clean
        proof = await here.installation.command("verify", "--json")
        assert proof.returncode == 0, proof.stdout + proof.stderr


@pytest.mark.timeout(180)
async def test_a_consumer_that_wakes_after_losing_its_partitions_doubles_nothing(
    tmp_path: Path, figures: dict[str, object]
) -> None:
    await run(tmp_path, 3_000, 1, figures)


@pytest.mark.faults
@pytest.mark.timeout(900)
async def test_a_storm_of_frozen_consumers(tmp_path: Path, figures: dict[str, object]) -> None:
    await run(tmp_path, 40_000, 3, figures)
