"""From the answer 202 until a read shows it, and until an incident is open."""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from bench.calls import Caller, quantile
from bench.events import POLICY
from bench.processes import serving
from bench.rows import Row, limit, shown
from bench.world import Stage, World, say, sized, world

STAGE = Stage.FRESH
VIEWS, INCIDENTS = 400, 100
EVERY = 0.05
"""Seconds from one sample to the next."""
BACKGROUND, AT_ONCE = 200, 10
"""Actions a second that others send meanwhile, and how many in a request."""
KEY = "hearth_operator_of_the_bench"
HOME, ELSEWHERE = "club", "elsewhere"
SEPARATE = ("ingest", "incentives", "alerts", "api")
BURST = 10
"""Complaints within ten minutes that open an incident where nothing is known of what is usual."""


async def run(at: World) -> list[Row]:
    """Four processes on Kafka; then all in one process on the embedded default."""
    rows = await measured(at, SEPARATE, "four processes on Kafka")
    async with world(servers=False) as bare:
        return rows + await measured(bare, ("all",), "one process, embedded")


async def measured(at: World, names: tuple[str, ...], said: str) -> list[Row]:
    """Both latencies of an installation."""
    crises = [f"crisis-{number}" for number in range(sized(INCIDENTS, 10))]
    async with (
        serving(at, names, operator_key=KEY) as served,
        Caller(served["port"], KEY) as caller,
    ):
        for community in (HOME, ELSEWHERE, *crises):
            await caller.introduce(community, POLICY)
        async with background(served["port"]):
            views = await paced(sized(VIEWS, 40), lambda n: view(caller, n))
            incidents = await paced(len(crises), lambda n: incident(caller, crises[n]))
    say(f"{said}: {len(views)} views, {len(incidents)} incidents")
    return [
        *both(f"accepted to visible view, {said}", views),
        *both(f"accepted to open incident, {said}", incidents),
    ]


def both(what: str, took: list[float]) -> list[Row]:
    """p50, and p99 against the limit of a second."""
    note = f"{len(took)} samples, the slowest {1e3 * max(took):.0f} ms"
    return [
        shown(f"{what}: p50", 1e3 * quantile(took, 0.5), "ms"),
        limit(f"{what}: p99", 1e3 * quantile(took, 0.99), "ms", 1_000, note),
    ]


async def paced(count: int, sample: Callable[[int], Awaitable[float]]) -> list[float]:
    """Samples at a steady pace; a slow one delays the next."""
    took = []
    for number in range(count):
        took.append(await sample(number))
        await asyncio.sleep(EVERY)
    return took


async def view(caller: Caller, number: int) -> float:
    """Seconds from 202 until the author's ten points are in an answer."""
    author = f"author-{number}"
    taken = await caller.post("/v1/actions", like(HOME, f"seen/{number}", author))
    begun = time.perf_counter()
    found = await caller.get(f"/v1/communities/{HOME}/members/{author}", taken["position"])
    took = time.perf_counter() - begun
    if found["points"] != 10:
        raise RuntimeError(f"the view does not show what it waited for: {found}")
    return took


async def incident(caller: Caller, community: str) -> float:
    """Seconds from the 202 of the last complaint of a burst until an incident is in an answer."""
    first = await caller.post("/v1/actions", [complaint(community, n) for n in range(BURST - 1)])
    path = f"/v1/communities/{community}/incidents?state=open"
    before = await caller.get(path, first["position"])
    taken = await caller.post("/v1/actions", complaint(community, BURST - 1))
    begun = time.perf_counter()
    after = await caller.get(path, taken["position"])
    took = time.perf_counter() - begun
    if before["items"] or not after["items"]:
        raise RuntimeError(f"incidents before {before['items']}, after {after['items']}")
    return took


def like(community: str, id_: str, author: str) -> dict[str, Any]:
    """A like to an author."""
    return {
        "id": id_,
        "source": "bench",
        "type": "reaction.added",
        "community": community,
        "member": "reader",
        "data": {"target": f"post-of-{author}", "author_of_target": author, "kind": "like"},
    }


def complaint(community: str, number: int) -> dict[str, Any]:
    """A complaint of somebody who has not complained before."""
    return {
        "id": f"complaint/{number}",
        "source": "bench",
        "type": "complaint.filed",
        "community": community,
        "member": f"guest-{number}",
        "data": {"complaint": f"c{number}"},
    }


@asynccontextmanager
async def background(port: int) -> AsyncIterator[None]:
    """Likes elsewhere, at a steady rate, as long as this is open."""

    async def send() -> None:
        async with Caller(port, KEY) as caller:
            for number in itertools.count():
                await caller.post(
                    "/v1/actions",
                    [
                        like(ELSEWHERE, f"noise/{number}/{n}", f"author-{(number + n) % 500}")
                        for n in range(AT_ONCE)
                    ],
                )
                await asyncio.sleep(AT_ONCE / BACKGROUND)

    sending = asyncio.create_task(send())
    try:
        yield
        if sending.done():
            sending.result()
    finally:
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)
