"""Timing consumer processes from outside, in their steady state.

The clock starts once every process holds its partitions and the first batches after that are
committed; what was folded by then is subtracted. It stops when the tables have reached the goal.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import asyncpg

from bench.events import COMMUNITIES, POLICY, fill, prepare, slug
from bench.processes import cpu, cpu_of_tree, end, peak, python, start, told
from bench.world import Watch, World, home, say, sized

LIKES = 1_000_000
READY = "ready"
_FOLDED = """
SELECT coalesce(sum(p.next), 0)::bigint FROM projection.progress p
JOIN projection.generations g USING (projection, generation) WHERE g.live AND p.projection = $1"""
_LOOK = 0.02
_PATIENCE = 400.0


@dataclass(frozen=True)
class Consumed:
    """What was measured: events and seconds of the steady state, CPU seconds, bytes."""

    events: int
    seconds: float
    cpu: float
    postgres: float
    memory: int

    @property
    def rate(self) -> float:
        """Events a second."""
        return self.events / self.seconds

    @property
    def each(self) -> float:
        """CPU microseconds an event, of the consumer processes."""
        return 1e6 * self.cpu / self.events

    @property
    def postgres_each(self) -> float:
        """CPU microseconds an event, of the database."""
        return 1e6 * self.postgres / self.events

    def note(self) -> str:
        """The CPU and the memory, in words."""
        return (
            f"CPU an event: {self.each:.1f} µs, PostgreSQL {self.postgres_each:.1f} µs;"
            f" memory {self.memory / 2**20:.0f} MB"
        )


async def ready(at: World, policy: Mapping[str, object] = POLICY) -> int:
    """The likes in the log, communities and policies in a database to copy; how many likes."""
    count = sized(LIKES, 20_000)
    if READY not in at.found:
        watch = Watch()
        async with home(await at.database(READY)) as found:
            await prepare(found, [slug(number) for number in range(COMMUNITIES)], policy)
            size = await fill(found, count)
        at.found[READY] = size
        say(f"{count:,} likes of {size} bytes are in the log after {watch.seconds():.0f} s")
    return count


async def consumed(at: World, name: str, upto: int, processes: int = 1) -> Consumed:
    """Fold `upto` events of the log into the database of `at`."""
    db = await asyncpg.connect(at.dsn)
    running: list[Any] = []
    try:
        for _ in range(processes):
            words = python("-m", "bench.consume", name)
            running.append(await start(words, at.environment()))
        async with asyncio.timeout(_PATIENCE):
            await _settled(running)
            found = await _timed(db, at, name, upto, [process.pid for process in running])
    finally:
        for process in running:
            await end(process)
        await db.close()
    say(f"{name} with {processes}: {found.rate:,.0f}/s over {found.events:,}; {found.note()}")
    return found


async def _settled(running: list[Any]) -> None:
    """Until the processes have shared the partitions out."""
    holds = [0] * len(running)

    async def follow(number: int) -> None:
        while sum(holds) != COMMUNITIES or 0 in holds:
            holds[number] = (await told(running[number]))["holds"]

    following = [asyncio.create_task(follow(number)) for number in range(len(running))]
    await asyncio.wait(following, return_when=asyncio.FIRST_COMPLETED)
    for task in following:
        task.cancel()
    for outcome in await asyncio.gather(*following, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome


async def _timed(db: Any, at: World, name: str, upto: int, pids: list[int]) -> Consumed:
    before = await db.fetchval(_FOLDED, name)
    while (begun := await db.fetchval(_FOLDED, name)) == before:  # noqa: ASYNC110 - polled
        await asyncio.sleep(_LOOK)
    watch, used, base = Watch(), sum(map(cpu, pids)), cpu_of_tree(at.postgres)
    while (folded := await db.fetchval(_FOLDED, name)) < upto:  # noqa: ASYNC110 - polled
        await asyncio.sleep(_LOOK)
    return Consumed(
        folded - begun,
        watch.seconds(),
        sum(map(cpu, pids)) - used,
        cpu_of_tree(at.postgres) - base,
        sum(map(peak, pids)),
    )


async def live(at: World, name: str, upto: int) -> tuple[World, Consumed]:
    """One process of a projection over the first `upto` events, in a database of its own.

    Measured once a run; the database stays for what comes after.
    """
    place = f"{name}_{upto}"
    if place not in at.found:
        on = await at.database(place, like=READY)
        at.found[place] = on, await consumed(on, name, upto)
    found: tuple[World, Consumed] = at.found[place]
    return found
