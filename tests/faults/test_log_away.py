"""F6: the log away from ingest under load: nothing false is acknowledged, who asks is told to
come back, memory stays bounded, and what comes after the log's return is taken."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from tests.faults.checks import Checks, name_of
from tests.faults.place import Place, place
from tests.faults.traffic import POLICY
from tests.support.client import Client

pytestmark = [pytest.mark.kafka, pytest.mark.xdist_group("kafka-processes")]
SEED = int(os.environ.get("HEARTH_TEST_SEED", "20261125"))
CLIENTS = 32
BOUND = 200 << 20
"""Bytes that ingest may grow by: its room is 32 MiB of bodies, each many times that as objects."""


class Crowd:
    """Clients that send batch after batch and note each one's answer."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self.taken: list[str] = []
        self.refused = 0
        self._number = 0

    def batch(self) -> list[dict[str, Any]]:
        found = []
        for _ in range(100):
            self._number += 1
            data = {"post": f"p{self._number}", "text": "tea " * 50}
            action = {"id": str(self._number), "source": "platform", "community": "tea"}
            found.append(action | {"type": "post.created", "member": "m1", "data": data})
        return found

    async def send(self) -> bool:
        """One batch, once. Whether it was taken; each refusal must say when to come back."""
        batch = self.batch()
        answer = await self._client.call("POST", "/v1/actions", batch)
        if answer.status == 202:
            self.taken += [action["id"] for action in batch]
            return True
        assert answer.status in (429, 503), f"{answer.status}: {answer.body}"
        assert int(answer.headers["retry-after"]) >= 1
        assert answer.headers["content-type"] == "application/problem+json"
        self.refused += 1
        return False

    async def push(self, refusals: int) -> None:
        """All clients at once, until each was refused so often; to a log that is away."""

        async def one() -> None:
            for _ in range(refusals):
                while await self.send():
                    pass

        await asyncio.gather(*(one() for _ in range(CLIENTS)))


async def log_away(here: Place, crowd: Crowd, refusals: int, figures: dict[str, object]) -> None:
    assert here.kafka is not None
    ingest = here.installation["ingest"]
    await crowd.send()
    before = ingest.memory()
    here.kafka.kill()
    await crowd.push(refusals)
    grown = ingest.memory() - before
    taken_while_away = len(crowd.taken)
    await asyncio.to_thread(here.kafka.start)
    async with asyncio.timeout(30):
        while not await crowd.send():  # noqa: ASYNC110 - the log must come back
            await asyncio.sleep(0.1)
    figures |= {
        "taken": len(crowd.taken),
        "taken just before the log went": taken_while_away,
        "refused batches": crowd.refused,
        "ingest grew by": f"{grown >> 20} MiB",
    }
    assert grown < BOUND
    assert ingest.running
    assert ingest.starts == 1


async def run(folder: Path, refusals: int, figures: dict[str, object]) -> None:
    figures["seed"] = SEED
    async with place(folder, kafka=True, settings={"append_deadline": "2"}) as here:
        ingest = here.installation.ingest_address
        async with (
            here.installation.client() as gateway,
            here.installation.client(address=ingest) as direct,
        ):
            await gateway.put("/v1/communities/tea", {"name": "Tea", "type": "interest"})
            await gateway.post("/v1/communities/tea/policies", POLICY)
            crowd = Crowd(direct)
            await log_away(here, crowd, refusals, figures)
        checks = Checks(here.dsn, here.log_url)
        await here.installation.ready()
        await checks.caught_up()
        found = await checks.findings([])
        false = [id_ for id_ in crowd.taken if name_of("tea", id_) not in checks.truth.first]
        figures |= {"acknowledged and not in the log": len(false), **found.figures()}
        assert false == []
        assert found.clean


@pytest.mark.timeout(150)
async def test_while_the_log_is_away_nothing_is_acknowledged(
    tmp_path: Path, figures: dict[str, object]
) -> None:
    await run(tmp_path, 2, figures)


@pytest.mark.faults
@pytest.mark.timeout(600)
async def test_while_the_log_is_away_for_minutes(
    tmp_path: Path, figures: dict[str, object]
) -> None:
    await run(tmp_path, 60, figures)
