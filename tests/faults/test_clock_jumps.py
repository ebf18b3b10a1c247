"""F12: the wall clock jumps ahead and back, as it does where a host is set right. The time of the
log never goes back with it: each step of an incident is due once, told once, and never lost.
"""

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiohttp import web

from services.cli.projections import projections
from services.kit.actions.read import event_of
from services.kit.projection.replay import Sources
from services.kit.projection.verify import Proof
from services.kit.runtime import clock
from tests.acceptance.acting import complaints, post
from tests.api.world import World, folding, said
from tests.api.world import world as opened
from tests.faults.place import QUICK
from tests.support.fake_time import FakeTime
from tests.support.installation import Installation
from tests.support.waiting import until

SEED = int(os.environ.get("HEARTH_TEST_SEED", "20261201"))
MINUTES = (3, 13, 30)
"""The steps of golden-30."""
JUMPS = [1, 2, 4, 9, 20, 90, -1, -5, -12, -60, -240]
"""Minutes."""
BREACHED = "incident.step_breached"


class Wall:
    """The clock's seam, with a clock that can be set."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.ahead = self.highest = 0
        patch.setattr(clock, "now", self.now)

    def now(self) -> int:
        """Microseconds, as the seam gives them."""
        at = time.time_ns() // 1_000 + self.ahead
        self.highest = max(self.highest, at)
        return at


async def log_times(db: Any) -> dict[tuple[str, int], int]:
    """How far the time of the log is, by projection and partition."""
    rows = await db.fetch("SELECT projection, partition, log_time FROM projection.progress")
    return {(row["projection"], row["partition"]): row["log_time"] for row in rows}


def never_back(before: dict[tuple[str, int], int], after: dict[tuple[str, int], int]) -> None:
    assert {key: at for key, at in before.items() if after[key] < at} == {}


async def facts(db: Any) -> list[str]:
    """The ids of what was concluded of steps that passed, in the order of the log."""
    query = f"""SELECT id FROM projection.facts WHERE type = '{BREACHED}' ORDER BY "offset", n"""
    return [row["id"] for row in await db.fetch(query)]


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with opened(database) as made:
        yield made


@pytest.mark.parametrize("number", range(4))
async def test_each_step_is_due_once_while_the_clock_jumps(
    world: World, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    dice, wall, pool = random.Random(f"{SEED}/{number}"), Wall(monkeypatch), world.context.pool
    async with folding(world):
        await world.put("tea")
        crowd = [{"id": f"c{n}", "type": "complaint.filed", "member": f"u{n}"} for n in range(60)]
        after = await said(world, *crowd)
        seen = await world.client.get("/v1/communities/tea/incidents", headers=after)
        (incident,) = seen.json()["items"]
        due = [clock.parse_rfc3339(step["deadline"]) for step in incident["steps"]]
        before = await log_times(pool)
        jumps = [dice.choice(JUMPS) for _ in range(12)]
        jumps.append(40 - sum(jumps))  # in the end all is due
        for n, minutes in enumerate(jumps):
            wall.ahead += minutes * clock.MINUTE
            if dice.random() < 0.6:
                joined = {"id": f"j{n}", "type": "member.joined", "member": "ann"}
                await world.client.get("/v1/communities/tea", headers=await said(world, joined))
            wall.now()
            passed = sum(at <= wall.highest for at in due)
            told = await until(lambda: facts(pool), lambda ids, n=passed: len(ids) >= n)
            assert len(told) == len(set(told)) == passed, jumps[: n + 1]
            now = await log_times(pool)
            never_back(before, now)
            before = now
        await world.client.get("/v1/communities/tea", headers={"Hearth-Wait-For": "latest"})
    shown = (await world.client.get(f"/v1/communities/tea/incidents/{incident['id']}")).json()
    assert [clock.parse_rfc3339(step["breached_at"]) for step in shown["steps"]] == due
    sources = Sources(world.log, world.context.registry, world.context.directory)
    for projection in projections().values():
        assert (await Proof(projection, world.context.dsn, sources).different())[0] == []
    assert any(went_back(world)), jumps


def went_back(world: World) -> list[bool]:
    """By record, whether it arrived before the one that stands in front of it."""
    found = []
    for partition, records in enumerate(world.log.store.records):
        came = [event_of(record, partition).arrived for record in records]
        found += [two < one for one, two in pairwise(came)]
    return found


class Told:
    """A receiver: how often each message came, by its id, and the steps in the order of coming."""

    def __init__(self) -> None:
        self.ids: Counter[str] = Counter()
        self.steps: list[str] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        message, id_ = await request.json(), request.headers["webhook-id"]
        if message["type"] == BREACHED and id_ not in self.ids:
            self.steps.append(message["data"]["step"])
        self.ids[id_] += 1
        return web.Response(status=204)


@pytest.fixture
async def receiver() -> AsyncIterator[Told]:
    made, app = Told(), web.Application()
    app.router.add_post("/hearth", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hearth"
    yield made
    await runner.cleanup()


@pytest.mark.xdist_group("postgres-processes")
async def test_each_step_is_told_once_by_a_process_whose_clock_jumps(
    tmp_path: Path, database: str, receiver: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    wall = FakeTime(tmp_path)
    with monkeypatch.context() as patch:
        for name, value in wall.environment.items():
            patch.setenv(name, value)
        settings = QUICK | {"webhooks_anywhere": "true"}
        hearth = Installation(tmp_path, database_url=database, settings=settings)
    db = await asyncpg.connect(database)
    try:
        async with hearth.running(), hearth.client() as operator:
            await operator.put("/v1/communities/tea", {"name": "Tea", "type": "interest"})
            await operator.put("/v1/communities/tea/receivers/bot", {"url": receiver.url})
            await operator.act(post("tea", "p0", "ming"))
            position = await operator.act(complaints("tea", 60))
            await operator.get("/v1/communities/tea/incidents", position=position)
            before, expected = await log_times(db), 0
            for n, ahead in enumerate((200, 0, -3_600, 840, -600, 1_860, 30 * 86_400, 0)):
                wall.set(ahead)
                expected = max(expected, sum(ahead > 60 * each for each in MINUTES))
                if n == 4:
                    await hearth.bounce("all")
                await until(lambda: steps(receiver), lambda told, n=expected: len(told) >= n)
                last = await operator.act(post("tea", f"p{n + 1}", "ming"))
                await operator.get("/v1/communities/tea", position=last)
                assert len(receiver.steps) == expected
                now = await log_times(db)
                never_back(before, now)
                before = now
            (incident,) = (await operator.get("/v1/communities/tea/incidents"))["items"]
            assert receiver.steps == [step["name"] for step in incident["steps"]]
            assert all(step["breached_at"] == step["deadline"] for step in incident["steps"])
            assert len(await facts(db)) == len(MINUTES)
        proof = await asyncio.to_thread(hearth.hearth, "verify", "--json")
        assert proof.returncode == 0, proof.stdout + proof.stderr
    finally:
        await db.close()


async def steps(receiver: Told) -> list[str]:
    """Those that were told."""
    return receiver.steps
