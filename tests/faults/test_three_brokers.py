"""Three brokers, each killed in turn under load: appends go on without it, and what was
acknowledged is on the others. What one broker alone had said would be gone with its disk."""

import asyncio
import os
import random
import shutil
import time
from pathlib import Path

import pytest

from services.kit.log.kafka_server import KafkaCluster
from tests.faults.checks import Checks, Poll
from tests.faults.place import place, until_kept_by_all
from tests.faults.traffic import Traffic
from tests.support.kafka import require_kafka

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka-processes")]
SEED = int(os.environ.get("HEARTH_TEST_SEED", "20261129"))
WITHOUT = 2_000
"""Actions that are acknowledged while a broker is down."""


async def kill_each(cluster: KafkaCluster, traffic: Traffic, figures: dict[str, object]) -> None:
    """One after the other, by the seed's order; the last loses its disk as well."""
    order = random.Random(SEED).sample(range(3), 3)
    took = []
    for number in order:
        broker = cluster.brokers[number]
        await until_kept_by_all(cluster.address)
        before, begun = traffic.acked, time.monotonic()
        await asyncio.to_thread(broker.kill)
        await traffic.reached(before + 1)
        took.append(round(time.monotonic() - begun, 1))
        await traffic.reached(before + WITHOUT)
        if number == order[-1]:
            shutil.rmtree(broker.folder / "data")
        await asyncio.to_thread(broker.start)
    await until_kept_by_all(cluster.address)
    figures |= {
        "order of kills": " ".join(str(number + 1) for number in order),
        "seconds until the next acknowledgement": took,
    }
    traffic.finish()


@pytest.mark.faults
@pytest.mark.timeout(900)
async def test_one_broker_of_three_may_die_at_any_time(
    tmp_path: Path, figures: dict[str, object]
) -> None:
    require_kafka()
    figures["seed"] = SEED
    traffic = Traffic(SEED, communities=6, target=15_000)
    cluster = KafkaCluster(tmp_path / "kafka")
    settings = {"append_deadline": "30"}  # three brokers share two cores
    async with place(tmp_path, kafka=True, broker=cluster, settings=settings) as here:
        await until_kept_by_all(cluster.address)
        ingest = here.installation.ingest_address
        async with (
            here.installation.client() as gateway,
            here.installation.client(address=ingest) as direct,
        ):
            await traffic.prepare(gateway)
            async with Poll(here.dsn) as poll, asyncio.TaskGroup() as tasks:
                tasks.create_task(traffic.run([gateway, direct]))
                tasks.create_task(kill_each(cluster, traffic, figures))
        await here.settled()
        checks = Checks(here.dsn, here.log_url)
        await checks.caught_up()
        found = await checks.findings(traffic.speakers)
        figures |= {
            "ended by themselves": here.ended or 0,
            "acknowledged": traffic.acked,
            "answers": dict(sorted(traffic.answers.items())),
            "repeats in the log": checks.truth.repeats,
            **found.figures(),
        }
        assert found.clean
        assert poll.found.clean
        proof = await here.installation.command("verify", "--json")
        assert proof.returncode == 0, proof.stdout + proof.stderr
