"""The load on ingest, a process of its own: `python -m bench.load PORT KEY REQUESTS CONNECTIONS`.

All bodies are made before the clock starts. Some requests go ahead unmeasured, until every member
is known and every connection open. Prints what came of it, and the CPU it took itself.
"""

import asyncio
import json
import os
import sys
import time
from collections import Counter

import uvloop

from bench.calls import Caller, expected, quantile
from bench.events import COMMUNITIES, MEMBERS, slug
from bench.processes import cpu

ACTIONS = 100
AHEAD = COMMUNITIES * (MEMBERS // ACTIONS + 1)


def body(number: int) -> bytes:
    """A list of likes of one community."""
    name = slug(number % COMMUNITIES)
    first = number * ACTIONS
    own = number // COMMUNITIES * ACTIONS
    actions = [
        {
            "id": f"like/{first + n:09d}",
            "source": "https://forum.example/hooks",
            "type": "reaction.added",
            "time": "2026-11-20T08:30:00+08:00",
            "community": name,
            "space": "oolong",
            "member": f"member-{(own + n) % MEMBERS}",
            "data": {
                "target": f"p{(first + n) % 50_000}",
                "author_of_target": f"member-{(own + n) * 7919 % MEMBERS}",
                "kind": "like",
            },
        }
        for n in range(ACTIONS)
    ]
    return json.dumps(actions).encode()


async def load(port: int, key: str, requests: int, connections: int) -> None:
    """Send them all over the connections, each as fast as it is answered."""
    maker = Caller(port, key)
    bodies = [
        maker.prepared("POST", "/v1/actions", body(number)) for number in range(AHEAD + requests)
    ]
    took: list[float] = []
    statuses: Counter[int] = Counter()

    async def one(caller: Caller, waiting: list[bytes]) -> None:
        while waiting:
            request = waiting.pop()
            begun = time.perf_counter()
            answer = await caller.send(request)
            took.append(time.perf_counter() - begun)
            statuses[answer.status] += 1

    async def all_of(waiting: list[bytes]) -> None:
        async with asyncio.TaskGroup() as tasks:
            for caller in callers:
                tasks.create_task(one(caller, waiting))

    callers = [await Caller(port, key).__aenter__() for _ in range(connections)]
    expected(await callers[0].send(bodies[0]), 202)
    await all_of(bodies[:AHEAD])
    took.clear()
    statuses.clear()
    used, begun = cpu(os.getpid()), time.perf_counter()
    print(json.dumps({"begins": True}), flush=True)
    await all_of(bodies[AHEAD:])
    seconds = time.perf_counter() - begun
    said = {
        "events": requests * ACTIONS,
        "seconds": seconds,
        "cpu": cpu(os.getpid()) - used,
        "p50": quantile(took, 0.5),
        "p99": quantile(took, 0.99),
        "statuses": dict(statuses),
    }
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    uvloop.run(load(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])))
