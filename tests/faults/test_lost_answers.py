"""F7: answers lost after the commit: what is sent again has exactly one effect.

The line is cut in both places: between the client and ingest, and between ingest and its log.
"""

import asyncio
import os
import random
from pathlib import Path

import pytest

from services.kit.log.kafka_server import KafkaServer
from tests.faults.checks import Checks
from tests.faults.place import place
from tests.faults.traffic import Traffic
from tests.support.tcp_proxy import TcpProxy

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka-processes")]
SEED = int(os.environ.get("HEARTH_TEST_SEED", "20261126"))


class Behind(KafkaServer):
    """A broker whose clients are told to come by way of a proxy."""

    told = 0

    def _properties(self) -> Path:
        path = super()._properties()
        text = path.read_text("utf-8")
        line = f"advertised.listeners=PLAINTEXT://127.0.0.1:{self.port},"
        assert line in text
        path.write_text(text.replace(line, line.replace(str(self.port), str(self.told))), "utf-8")
        return path


async def lose_now_and_then(traffic: Traffic, proxies: list[TcpProxy], times: int) -> None:
    """Cut some answers at a time, in the seed's measure, until the traffic is over."""
    dice = random.Random(SEED)
    for number in range(1, times + 1):
        await traffic.reached(traffic.target * number // (times + 1))
        for proxy in proxies:
            proxy.cut_answers += dice.randint(1, 4)
    traffic.finish()


@pytest.mark.faults
@pytest.mark.timeout(300)
async def test_what_is_sent_again_after_a_lost_answer_counts_once(
    tmp_path: Path, figures: dict[str, object]
) -> None:
    figures["seed"] = SEED
    traffic = Traffic(SEED, communities=4, target=3_000)
    broker = Behind(tmp_path / "kafka")
    async with TcpProxy(broker.port) as to_log:
        broker.told = to_log.port
        log_url = f"kafka://127.0.0.1:{to_log.port}"
        async with place(tmp_path, kafka=True, broker=broker, log_url=log_url) as here:
            ingest = int(here.installation.ingest_address.rpartition(":")[2])
            async with (
                TcpProxy(ingest) as to_ingest,
                here.installation.client() as gateway,
                here.installation.client(address=f"http://127.0.0.1:{to_ingest.port}") as cut,
            ):
                await traffic.prepare(gateway)
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(traffic.run([cut]))
                    tasks.create_task(lose_now_and_then(traffic, [to_log, to_ingest], 20))
            to_log.cut_answers = 0
            await here.settled()
            checks = Checks(here.dsn, f"kafka://{broker.address}")
            await checks.caught_up()
            found = await checks.findings(traffic.speakers)
            figures |= {
                "acknowledged": traffic.acked,
                "answers of ingest lost": to_ingest.lost,
                "answers of the broker lost": to_log.lost,
                "repeats in the log": checks.truth.repeats,
                "ended by themselves": here.ended or 0,
                **found.figures(),
            }
            assert to_ingest.lost
            assert to_log.lost
            assert checks.truth.repeats
            assert found.clean
