"""Redemptions over HTTP: all of one reward, and of many; each answered once the log has it."""

import asyncio
import json
import time
from typing import Any

from bench.calls import Caller
from bench.processes import serving
from bench.rows import Row, shown
from bench.world import Stage, World, say, sized

STAGE = Stage.BARE
KEY = "hearth_operator_of_the_bench"
REDEMPTIONS = 10_000
CONNECTIONS = 100
COMMUNITIES = 8
MEMBERS = 200
"""Of each community."""
WORTH = 10**9
"""Points of each member: nobody runs out."""
REWARDS = 25
"""Of each community, where there are many."""
POLICY: dict[str, Any] = {
    "name": "bench",
    "accounts": {"points": {"start": WORTH, "expires": {"after_days": 365}}},
    "rewards": {
        f"reward-{n}": {"cost": {"points": 10}, "stock": 10 * REDEMPTIONS} for n in range(REWARDS)
    },
}
Path = tuple[str, str, str]
"""Community, reward, member."""


async def run(at: World) -> list[Row]:
    """Everything in one process on the embedded default."""
    communities = [f"shop-{number}" for number in range(COMMUNITIES)]
    count = sized(REDEMPTIONS, 500)
    async with serving(at, ["all"], operator_key=KEY) as served:
        port = served["port"]
        async with Caller(port, KEY) as caller:
            for community in communities:
                await prepare(caller, community)
        one = await rushed(port, "one", [path(communities[:1], 1, n) for n in range(count)])
        many = await rushed(port, "many", [path(communities, REWARDS, n) for n in range(count)])
        async with Caller(port, KEY) as caller:
            await proven(caller, communities, 2 * count)
    said = f"{CONNECTIONS} connections, one process, embedded, the asking included"
    return [
        Row(
            what="redemptions of one reward",
            figure=count / one[0],
            unit="redemptions/s",
            beside="wanted",
            other=500,
            at_least=1,
            note=said,
        ),
        Row(
            what=f"redemptions of {REWARDS} rewards in each of {COMMUNITIES} communities",
            figure=count / many[0],
            unit="redemptions/s",
            beside="wanted",
            other=2_000,
            at_least=1,
            note=said,
        ),
        shown("redemptions of one reward: p99", 1e3 * one[1], "ms"),
        shown("redemptions of many rewards: p99", 1e3 * many[1], "ms"),
    ]


def path(communities: list[str], rewards: int, number: int) -> Path:
    """The number-th redemption."""
    community = communities[number % len(communities)]
    return community, f"reward-{number % rewards}", f"member-{number % MEMBERS}"


async def prepare(caller: Caller, community: str) -> None:
    """A community whose members have been heard of, and so have what they start with."""
    await caller.introduce(community, POLICY)
    actions = [
        {
            "id": f"in/{number}",
            "source": "bench",
            "type": "member.checked_in",
            "community": community,
            "member": f"member-{number}",
            "data": {},
        }
        for number in range(MEMBERS)
    ]
    taken = await caller.post("/v1/actions", actions)
    await caller.get(f"/v1/communities/{community}", taken["position"])


async def rushed(port: int, name: str, paths: list[Path]) -> tuple[float, float]:
    """Seconds for all, and the time that 99 of 100 do not exceed."""
    left, took = list(enumerate(paths)), []

    async def ask() -> None:
        async with Caller(port, KEY) as caller:
            while left:
                number, (community, reward, member) = left.pop()
                body = json.dumps({"member": member, "redemption": f"{name}/{number}"}).encode()
                to = f"/v1/communities/{community}/rewards/{reward}/redeem"
                begun = time.perf_counter()
                answer = await caller.send(caller.prepared("POST", to, body))
                took.append(time.perf_counter() - begun)
                if answer.status != 202:
                    raise RuntimeError(f"{answer.status}: {answer.body[:300]!r}")

    begun = time.perf_counter()
    await asyncio.gather(*(ask() for _ in range(CONNECTIONS)))
    seconds = time.perf_counter() - begun
    say(f"{name}: {len(paths) / seconds:,.0f} redemptions/s")
    return seconds, sorted(took)[int(len(took) * 0.99)]


async def proven(caller: Caller, communities: list[str], count: int) -> None:
    """Every one of them is counted. Raises RuntimeError."""
    found = 0
    for community in communities:
        shown = await caller.get(f"/v1/communities/{community}/rewards")
        found += sum(item["taken"] for item in shown["items"])
    if found != count:
        raise RuntimeError(f"{found} are taken, {count} were answered")
