"""F1 and F2: real processes, a real Kafka and PostgreSQL, killed in a seeded order under load.

A SIGKILL keeps the page cache, so this says nothing of a loss of power.
"""

import asyncio
import os
import random
from collections import defaultdict
from pathlib import Path

import pytest

from tests.faults.checks import Checks, Poll
from tests.faults.customers import Customers, broken_promises
from tests.faults.place import BOUNCED, Place, place
from tests.faults.traffic import Traffic

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka-processes")]
SEED = int(os.environ.get("HEARTH_TEST_SEED", "20261121"))


async def bounce_all(
    place: Place, traffic: Traffic, kills: int, figures: dict[str, object]
) -> None:
    """Kill every role `kills` times, spread over the traffic, in the seed's order."""
    order = [role for role in BOUNCED for _ in range(kills)]
    random.Random(SEED).shuffle(order)
    seconds = defaultdict(list)
    for number, role in enumerate(order, start=1):
        await traffic.reached(traffic.target * number // (len(order) + 1))
        seconds[role].append(await place.bounce(role))
        await place.settled()
    traffic.finish()
    figures["ended by themselves"] = place.ended or 0
    figures["order of kills"] = " ".join(order)
    for role, took in seconds.items():
        back = ", ".join(f"{each:.1f}" for each in took)
        figures[f"{role} killed"] = f"{len(took)} times, back after {back} s"


async def run(
    folder: Path, target: int, kills: int, think: float, figures: dict[str, object]
) -> None:
    figures["seed"] = SEED
    traffic = Traffic(SEED, communities=6, target=target, think=think)
    async with place(folder, kafka=True) as here:
        checks = Checks(here.dsn, here.log_url)
        ingest = here.installation.ingest_address
        async with (
            here.installation.client() as gateway,
            here.installation.client(address=ingest) as direct,
        ):
            await traffic.prepare(gateway)
            customers = [Customers(SEED, each.slug, gateway) for each in traffic.speakers]
            async with Poll(here.dsn) as poll, asyncio.TaskGroup() as tasks:
                tasks.create_task(traffic.run([gateway, direct]))
                tasks.create_task(bounce_all(here, traffic, kills, figures))
                for each in customers:
                    tasks.create_task(each.run(traffic.over))
        await checks.caught_up()
        found = await checks.findings(traffic.speakers)
        figures |= {
            "acknowledged": traffic.acked,
            "sent again on purpose": traffic.again,
            "answers": dict(sorted(traffic.answers.items())),
            "seconds of traffic": round(traffic.took, 1),
            "slowest minute of the mean": f"{traffic.progress():.0%}",
            "named events in the log": len(checks.truth.first),
            "repeats in the log": checks.truth.repeats,
            "redeemed": sum(len(each.redeemed) for each in customers),
            "called off": sum(len(each.cancelled) for each in customers),
            "refused for want of points or stock": sum(each.refused for each in customers),
            "incidents closed by hand": sum(each.resolved for each in customers),
            "polls of the invariants": poll.reads,
            **found.figures(),
        }
        assert found.clean
        assert await broken_promises(here.dsn, customers) == []
        assert figures["redeemed"]
        assert figures["called off"]
        assert figures["incidents closed by hand"]
        assert poll.found.clean
        assert poll.reads
        proof = await here.installation.command("verify", "--json")
        figures["live against a replay"] = proof.stdout.strip() or proof.stderr
        assert proof.returncode == 0, proof.stderr
        assert traffic.progress() >= 0.2


@pytest.mark.timeout(180)
async def test_one_kill_of_each_role_loses_and_doubles_nothing(
    tmp_path: Path, figures: dict[str, object]
) -> None:
    await run(tmp_path, 3_000, 1, 0.2, figures)


@pytest.mark.faults
@pytest.mark.timeout(1500)
async def test_three_kills_of_each_role_in_100_000_events(
    tmp_path: Path, figures: dict[str, object]
) -> None:
    await run(tmp_path, 100_000, 3, 0.05, figures)
