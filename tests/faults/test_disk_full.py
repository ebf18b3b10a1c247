"""F11: the disk full under the database with the log in it, and under Kafka's log. Nothing that
was acknowledged is lost, who asks is told to come back, and with room again it goes on by itself.
"""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import pytest

from services.cli.run_kafka import MODULE, until_listening
from services.cli.supervisor import Part, Supervisor
from services.kit.log.kafka_server import KafkaCluster, KafkaServer
from tests.faults.checks import Checks
from tests.faults.place import QUICK, place, until_kept_by_all
from tests.faults.traffic import Traffic
from tests.support.installation import Installation
from tests.support.kafka import require_kafka
from tests.support.postgres import ScratchServer
from tests.support.small_disk import SmallDisk, small_disk
from tests.support.waiting import until

SEED = int(os.environ.get("HEARTH_TEST_SEED", "20261130"))
REFUSALS = 12
"""Batches that are refused before there is room again."""


async def only_that() -> None:
    """Nothing beside the full disk."""


async def fill_and_clear(
    disk: SmallDisk,
    traffic: Traffic,
    hardships: Sequence[Callable[[], Awaitable[None]]],
    figures: dict[str, object],
) -> None:
    """Fill the disk in the midst of traffic, each time with one hardship more, until clients were
    refused; then make room."""
    taken, back = [], []

    async def refused() -> int:
        return traffic.answers["503"]

    for number, hardship in enumerate(hardships, start=1):
        await traffic.reached(traffic.target * number // (len(hardships) + 1))
        before, seen = traffic.acked, traffic.answers["503"]
        disk.fill()
        await hardship()
        await until(refused, lambda now, seen=seen: now >= seen + REFUSALS, 60)
        taken.append(traffic.acked - before)
        disk.clear()
        after, begun = traffic.acked, time.monotonic()
        await traffic.reached(after + 1)
        back.append(round(time.monotonic() - begun, 1))
    figures |= {"taken while filling up": taken, "seconds until taken again": back}
    traffic.finish()


async def checked(
    hearth: Installation, checks: Checks, traffic: Traffic, figures: dict[str, object]
) -> None:
    """All of it is there once, and no process of ours had to be started again."""
    await hearth.ready()
    await checks.caught_up()
    found = await checks.findings(traffic.speakers)
    figures |= {
        "acknowledged": traffic.acked,
        "answers": dict(sorted(traffic.answers.items())),
        "repeats in the log": checks.truth.repeats,
        **found.figures(),
    }
    assert found.clean
    assert [process.starts for process in hearth.processes.values() if process.starts != 1] == []
    proof = await hearth.command("verify", "--json")
    assert proof.returncode == 0, proof.stdout + proof.stderr


async def crashed(dsn: str) -> None:
    """Until the server has died of having no room for its write-ahead log either: what else is
    full is only an error to it."""
    db = await asyncpg.connect(dsn)
    with contextlib.suppress(asyncpg.PostgresConnectionError, ConnectionError):
        while True:
            await db.execute("SELECT pg_logical_emit_message(false, '', ''), pg_switch_wal()")
    db.terminate()


@pytest.mark.timeout(180)
async def test_the_disk_full_under_log_and_database(
    tmp_path: Path, figures: dict[str, object]
) -> None:
    """`make run`: database, log and what the process says, in one folder on one disk."""
    figures["seed"] = SEED
    traffic = Traffic(SEED, communities=4, target=1_500)
    with small_disk(tmp_path / "disk", 256) as disk:
        hearth = Installation(disk.folder, settings=QUICK)
        dsn = f"postgresql://postgres@/postgres?host={disk.folder / 'postgres'}"
        hardships = (only_that, lambda: crashed(dsn))
        async with hearth.running():
            async with hearth.client() as client:
                await traffic.prepare(client)
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(traffic.run([client]))
                    tasks.create_task(fill_and_clear(disk, traffic, hardships, figures))
            await checked(hearth, Checks(dsn), traffic, figures)


@asynccontextmanager
async def kept_broker(folder: Path, said: list[str]) -> AsyncIterator[KafkaServer]:
    """A broker as `make run-kafka` has it: started again whenever it ends."""
    server = KafkaServer(folder)
    command = [sys.executable, "-m", MODULE, "broker", str(folder), str(server.port)]
    supervisor = Supervisor([Part("kafka", command)], lambda _, line: said.append(line))
    running = asyncio.create_task(supervisor.run())
    try:
        await until_listening(server.port, asyncio.Event())
        yield server
    finally:
        supervisor.stop()
        await running


@pytest.mark.kafka
@pytest.mark.xdist_group("kafka-processes")
@pytest.mark.timeout(180)
async def test_the_disk_full_under_kafkas_log(tmp_path: Path, figures: dict[str, object]) -> None:
    """A broker whose only disk is full ends; whoever keeps it running starts it again."""
    require_kafka()
    figures["seed"] = SEED
    traffic = Traffic(SEED, communities=4, target=1_500)
    said: list[str] = []
    database = ScratchServer()
    with small_disk(tmp_path / "kafka" / "data", 64) as disk:
        try:
            async with kept_broker(tmp_path / "kafka", said) as broker:
                hearth = Installation(
                    tmp_path,
                    database_url=database.start(),
                    log_url=f"kafka://{broker.address}",
                    one_process=False,
                    settings=QUICK | {"append_deadline": "2"},
                )
                async with hearth.running():
                    async with (
                        hearth.client() as gateway,
                        hearth.client(address=hearth.ingest_address) as direct,
                    ):
                        await traffic.prepare(gateway)
                        async with asyncio.TaskGroup() as tasks:
                            tasks.create_task(traffic.run([gateway, direct]))
                            tasks.create_task(fill_and_clear(disk, traffic, [only_that], figures))
                    figures["ends of the broker"] = sum("starting it again" in s for s in said)
                    checks = Checks(database.dsn(), hearth.log_url)
                    await checked(hearth, checks, traffic, figures)
        finally:
            database.stop()
    assert figures["ends of the broker"]


@pytest.mark.kafka
@pytest.mark.faults
@pytest.mark.xdist_group("kafka-processes")
@pytest.mark.timeout(600)
async def test_the_disk_full_under_one_broker_of_three(
    tmp_path: Path, figures: dict[str, object]
) -> None:
    """The others go on without it, and it catches up once there is room and it was started."""
    require_kafka()
    figures["seed"] = SEED
    traffic = Traffic(SEED, communities=4, target=6_000)
    cluster = KafkaCluster(tmp_path / "kafka")
    settings = {"append_deadline": "30"}  # three brokers share two cores
    with small_disk(tmp_path / "kafka" / "broker-1" / "data", 64) as disk:
        async with place(tmp_path, kafka=True, broker=cluster, settings=settings) as here:
            await until_kept_by_all(cluster.address)
            async with here.installation.client() as client:
                await traffic.prepare(client)
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(traffic.run([client]))
                    tasks.create_task(one_full(disk, cluster, traffic))
            await checked(here.installation, Checks(here.dsn, here.log_url), traffic, figures)


async def one_full(disk: SmallDisk, cluster: KafkaCluster, traffic: Traffic) -> None:
    """The first broker ends of its full disk, and a third of the traffic goes by without it."""
    await traffic.reached(traffic.target // 3)
    disk.fill()
    assert await asyncio.to_thread(cluster.brokers[0].wait)
    await traffic.reached(traffic.acked + traffic.target // 3)
    disk.clear()
    await asyncio.to_thread(cluster.brokers[0].start)
    await until_kept_by_all(cluster.address)
    traffic.finish()
