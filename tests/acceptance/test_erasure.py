"""A member asks to be forgotten, from outside: on both logs, and with a kill in the middle."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from services.kit.runtime.signing import genuine
from tests.acceptance.acting import action, post
from tests.support.client import Client
from tests.support.installation import Installation
from tests.support.waiting import until

POLICY: dict[str, Any] = {
    "name": "words",
    "points": [{"name": "post", "on": "post.created", "doer": {"points": 10}}],
    "boards": {"points": {"account": "points"}},
    "health": {"kinds": [{"kind": "commercial", "words": ["discount"]}]},
}
TEXTS = ["Good tea", "A discount for you", "Morning"]
TURN, KEYS = "hashtext('erasing')", "hashtext('hearth.erasures')"


async def club(operator: Client, community: str) -> int:
    """Two members who write, some of it about discounts; the last position."""
    await operator.post(f"/v1/communities/{community}/policies", POLICY)
    posts = [post(community, f"p{n}", ("lin", "wei")[n % 2], TEXTS[n % 3]) for n in range(30)]
    return await operator.act([*posts, action(community, "c", "complaint.filed", "lin", text="x")])


async def erased(operator: Client, at: str, erasure: str) -> dict[str, Any]:
    """The receipt, once there is one, with its signature."""
    shown = await until(
        lambda: operator.get(f"{at}/erasures/{erasure}"), lambda shown: shown["proof"], 60
    )
    return dict(shown["proof"])


async def views(operator: Client, at: str, position: int | None = None) -> dict[str, Any]:
    """What has no name in it and must stay."""
    share = await operator.get(f"{at}/metrics/ugc_share", position=position, window="day")
    board = await operator.get(f"{at}/boards/points")
    return {
        "share": (share["numerator"], share["denominator"], share["sample"]),
        "board": [row["value"] for row in board["rows"]],
    }


async def equal(hearth: Installation) -> None:
    """Live tables and a replay agree, and so they do once they are rebuilt."""
    proof = await hearth.command("verify", "--json")
    assert json.loads(proof.stdout) == {"incentives": [], "alerts": []}, proof.stderr


async def test_a_member_is_forgotten(
    hearth: Installation, operator: Client, community: str
) -> None:
    at = f"/v1/communities/{community}"
    before = await views(operator, at, await club(operator, community))
    assert before["board"] == [150, 150]
    answer = await operator.post(f"{at}/members/lin/erase")
    assert answer.status == 202
    for path in (f"{at}/members/lin", f"{at}/members/lin/ledger"):
        assert (await operator.call("GET", path)).status == 404
    proof = await erased(operator, at, answer.body["erasure"])
    said = proof["receipt"]
    assert (said["records"], said["texts"]) == (16, 16)
    key = await operator.get("/v1/receipt-key")
    assert genuine(key["public_key"], said, proof["signature"])
    assert await views(operator, at, said["position"]) == before
    members = (await operator.get(f"{at}/boards/points"))["rows"]
    assert sorted(row["member"] for row in members) == ["erased", "wei"]
    await equal(hearth)
    for name in ("incentives", "alerts"):
        rebuilt = await hearth.command("rebuild", name)
        assert rebuilt.returncode == 0, rebuilt.stderr
    assert await views(operator, at, said["position"]) == before
    await equal(hearth)

    by_hand = await hearth.command("members", "erase", community, "wei", "--json")
    assert by_hand.returncode == 0, by_hand.stderr
    told = json.loads(by_hand.stdout)["proof"]
    assert genuine(key["public_key"], told["receipt"], told["signature"])
    assert (await views(operator, at, told["receipt"]["position"])) == before
    listed = await hearth.command("members", "receipts", community, "--member", "lin", "--json")
    assert [each["erasure"] for each in json.loads(listed.stdout)] == [said["erasure"]]
    restored = await hearth.command("members", "restore", "--json")
    assert json.loads(restored.stdout)["forgotten"] == 0, restored.stderr
    await equal(hearth)


@asynccontextmanager
async def connected(hearth: Installation) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    assert hearth.database_url is not None
    db = await asyncpg.connect(hearth.database_url)
    try:
        yield db
    finally:
        await db.close()


async def test_killed_between_the_log_and_the_key(
    hearth: Installation, operator: Client, community: str
) -> None:
    """The process that carries it out dies when the log says it is done and the key is there."""
    at = f"/v1/communities/{community}"
    before = await views(operator, at, await club(operator, community))
    worker = hearth["all" if "all" in hearth.processes else "alerts"]
    async with connected(hearth) as db:
        worker.kill()
        await db.execute(f"SELECT pg_advisory_lock({TURN})")
        worker.start()
        await hearth.ready(worker.name)
        erasure = (await operator.post(f"{at}/members/lin/erase")).body["erasure"]
        await db.execute(f"SELECT pg_advisory_lock_shared({KEYS}), pg_advisory_unlock({TURN})")
        waits = "SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'advisory'"
        waits += " AND mode = 'ExclusiveLock'"
        await until(lambda: db.fetchval(waits), lambda count: count > 0)
        worker.kill()
        assert (
            await db.fetchval("SELECT count(*) FROM hearth.erasures WHERE key IS NOT NULL")
        ) == 1
    worker.start()
    await hearth.ready(worker.name)
    said = (await erased(operator, at, erasure))["receipt"]
    assert (said["records"], said["texts"]) == (16, 16)
    assert await views(operator, at, said["position"]) == before
    await equal(hearth)
