"""A member's own rank with neighbours among a million, while others write; a board of the past.

The tables are filled by the fold itself, without a log: one entry a member, of an amount drawn so
that low scores are shared by many. Ranks are then held against counting, on a sample. Consumer,
gateway and whoever writes are processes of their own; this one asks, and waits.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from bench.calls import Caller, quantile
from bench.events import prepare, slug
from bench.processes import end, python, serving, told
from bench.processes import start as started
from bench.rows import Row, limit, shown
from bench.world import Stage, Watch, World, home, say, sized
from services.cli.home import Home
from services.incentives.boards import view
from services.incentives.projection import PROJECTION
from services.kit.actions.event import Event
from services.kit.projection import generations
from services.kit.projection.definition import FoldContext
from services.kit.registry.registry import Community
from services.kit.runtime import clock, database, garbage

STAGE = Stage.FRESH
MEMBERS = 1_000_000
READS, PAST = 4_000, 10
PAUSE, PAUSES = 0.005, "5 ms apart"
"""Each read takes more CPU with a pause before it: shown beside, not judged."""
WRITES, AT_ONCE = 2_000, 50
"""Likes a second, and how many in an append."""
SEGMENT = 5_000
SPAN = 60 * clock.DAY
FAR = 10**12
"""Positions of what was folded without a log, far above those of the log."""
SAMPLE = 30
NEIGHBOURS = 11
_FOLDED = """
SELECT next FROM projection.progress WHERE projection = 'incentives' AND partition = $1"""
_HIGHER = """
SELECT count(*) FROM incentives_1.balance b WHERE community = $1 AND account = 1 AND "all" >
    (SELECT "all" FROM incentives_1.balance WHERE community = $1 AND account = 1 AND member = $2)"""


async def run(at: World) -> list[Row]:
    """Fill, prove, then read while writing."""
    count = sized(MEMBERS, 20_000)
    async with home(at) as found:
        await prepare(found, [slug(0)])
        community = await found.registry.community(slug(0))
        async with serving(at, ["incentives"]):
            await reached(at, community, 1)
        tokens = await introduced(found, community, count)
        rate = await filled(at, found, community, tokens)
        async with serving(at, ["incentives", "api"]) as served:
            address = (served["port"], found.operator_key)
            async with Caller(*address) as caller:
                shared = await proven(at, caller, community, tokens)
                calm = await read(count, lambda number: caller.get(path(number)))
            async with writing(at) as sent:
                async with Caller(*address) as caller:
                    reads = await read(count, lambda number: caller.get(path(number)))
                    apart = await read(count, lambda number: caller.get(path(number)), PAUSE)
                direct = await from_tables(at, community, tokens)
            late = await reached(at, community, sent[0] + 1)
            async with Caller(*address) as caller:
                past = await of_the_past(caller)
    proof = f"{shared} of {SAMPLE} sampled ranks are shared, all are as counted"
    load = f"{sent[0]:,} writes meanwhile, the last in the tables {late:.1f} s after the end"
    what = f"own rank with {NEIGHBOURS - 1} neighbours among {count:,}"
    busy = f"{what}, {WRITES:,} writes a second"
    return [
        shown(f"a board filled with {count:,} newcomers, an entry each", rate, "entries/s"),
        *both(f"{busy}, from the tables", direct, proof),
        *both(f"{busy}, over HTTP", reads, load),
        shown(f"{busy}, over HTTP, {PAUSES}: p99", 1e3 * quantile(apart, 0.99), "ms"),
        shown(f"{what}, no writes, over HTTP: p99", 1e3 * quantile(calm, 0.99), "ms"),
        limit(
            f"a board as of a past time, {count:,} entries: slowest of {PAST}", max(past), "s", 2
        ),
    ]


def both(what: str, took: list[float], note: str) -> list[Row]:
    """p50, and p99 against the limit of 5 ms."""
    return [
        shown(f"{what}: p50", 1e3 * quantile(took, 0.5), "ms"),
        limit(f"{what}: p99", 1e3 * quantile(took, 0.99), "ms", 5, note),
    ]


def member(number: int) -> str:
    """A member's id on the platform."""
    return f"member-{number}"


async def introduced(found: Home, community: Community, count: int) -> list[int]:
    """Tokens of all members, from the directory as ever."""
    watch, tokens = Watch(), []
    for start in range(0, count, 10_000):
        ids = [member(number) for number in range(start, min(start + 10_000, count))]
        known = await found.directory.tokens(community.key, ids)
        tokens += [known[id_] for id_ in ids]
    say(f"{count:,} members are in the directory after {watch.seconds():.0f} s")
    return tokens


async def filled(at: World, found: Home, community: Community, tokens: list[int]) -> float:
    """One entry a member, through the fold's own load, fold and write; entries a second."""
    garbage.seldom()  # as every service does
    watch, rng = Watch(), random.Random(11)
    fold = PROJECTION.opened(FoldContext(community.partition, True, found.directory))
    begun = clock.now() - SPAN
    db = await database.connect(
        at.dsn, search_path=generations.schema_of(PROJECTION.name, 1), synchronous=False
    )
    try:
        order = list(range(len(tokens)))
        rng.shuffle(order)
        for start in range(0, len(order), SEGMENT):
            events = [
                given(
                    community,
                    tokens[which],
                    rng,
                    begun + (start + n) * SPAN // len(order),
                    start + n,
                )
                for n, which in enumerate(order[start : start + SEGMENT])
            ]
            async with db.transaction():
                await fold.load(db, events, events[-1].log_time)
                for event in events:
                    fold.fold(event)
                await fold.write(db)
        took = watch.seconds()
        await db.execute("ANALYZE")
    finally:
        await db.close()
    say(f"and on the board after {took:.0f} s")
    return len(tokens) / took


def given(community: Community, token: int, rng: random.Random, at: int, number: int) -> Event:
    """An operator gives a member an amount; small ones are common."""
    return Event(
        type="points.adjusted",
        id=f"given/{number}",
        source="bench",
        time=at,
        arrived=at,
        log_time=at,
        community=community.slug,
        key=community.key,
        member=token,
        offset=FAR + number,
        data={"amount": min(1_000_000, int(10 * rng.paretovariate(0.7)))},
    )


async def proven(at: World, caller: Caller, community: Community, tokens: list[int]) -> int:
    """Hold sampled ranks against counting; how many of them are shared. Raises RuntimeError."""
    rng, shared = random.Random(12), 0
    db = await asyncpg.connect(at.dsn)
    try:
        for number in rng.sample(range(len(tokens)), SAMPLE):
            rows = (await caller.get(path(number)))["rows"]
            own = next(row for row in rows if row["member"] == member(number))
            counted = 1 + await db.fetchval(_HIGHER, community.key, tokens[number])
            if own["rank"] != counted or len(rows) < min(NEIGHBOURS // 2, len(tokens)):
                raise RuntimeError(f"rank {own['rank']} by the board, {counted} by counting")
            shared += sum(row["rank"] == own["rank"] for row in rows) > 1
    finally:
        await db.close()
    return shared


def path(number: int) -> str:
    """Of a member's surroundings."""
    return f"/v1/communities/{slug(0)}/boards/points?around={member(number)}&limit={NEIGHBOURS}"


async def from_tables(at: World, community: Community, tokens: list[int]) -> list[float]:
    """The same reads by the gateway's own function on a connection, without HTTP and names."""
    schema = generations.schema_of(PROJECTION.name, 1)
    db = await database.connect(at.dsn, search_path=schema)
    try:
        return await read(
            len(tokens),
            lambda number: view.board(
                db,
                community.key,
                "points",
                clock.now(),
                view.Asked(around=tokens[number], limit=NEIGHBOURS),
            ),
        )
    finally:
        await db.close()


async def read(count: int, one: Callable[[int], Awaitable[Any]], pause: float = 0) -> list[float]:
    """Seconds of each read, of members at random, with `pause` seconds between two."""
    rng, took = random.Random(13), []
    await asyncio.sleep(1)
    for _ in range(sized(READS, 300)):
        number = rng.randrange(count)
        begun = time.perf_counter()
        await one(number)
        took.append(time.perf_counter() - begun)
        if pause:
            await asyncio.sleep(pause)
    return took


@asynccontextmanager
async def writing(at: World) -> AsyncIterator[list[int]]:
    """Likes to authors at random as long as this is open; afterwards gives how many."""
    words = ("-m", "bench.writing", slug(0), str(WRITES), str(AT_ONCE))
    process, sent = await started(python(*words), at.environment()), list[int]()
    try:
        await told(process)
        yield sent
        process.terminate()
        sent.append((await told(process))["sent"])
    finally:
        await end(process)


async def reached(at: World, community: Community, position: int) -> float:
    """Seconds until the projection has folded so far."""
    watch = Watch()
    db = await asyncpg.connect(at.dsn)
    try:
        async with asyncio.timeout(120):
            while (await db.fetchval(_FOLDED, community.partition) or 0) < position:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    finally:
        await db.close()
    return watch.seconds()


async def of_the_past(caller: Caller) -> list[float]:
    """Seconds of boards as of some past instants."""
    took: list[Any] = []
    now = clock.now()
    for number in range(PAST):
        at = clock.rfc3339(now - (number + 1) * SPAN // (PAST + 1))
        begun = time.perf_counter()
        found = await caller.get(f"/v1/communities/{slug(0)}/boards/points?as_of={at}&limit=50")
        took.append(time.perf_counter() - begun)
        if found["source"] != "ledger" or not found["rows"]:
            raise RuntimeError("a board of the past came back empty")
    return took
