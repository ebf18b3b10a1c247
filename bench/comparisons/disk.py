"""Megabytes on disk of a million actions: the logs, seen ids, and what each projection keeps."""

import asyncio
import json
from itertools import islice

import asyncpg

from bench.events import COMMUNITIES, MEMBERS, prepare, slug
from bench.mix import mixed
from bench.processes import serving
from bench.rows import Row, shown
from bench.world import Stage, Watch, World, home, say, sized
from services.cli.home import Home
from services.kit.actions.envelope import parse_list
from services.kit.log.open import open_log
from services.kit.log.port import ACTIONS, Log
from services.kit.runtime import clock

STAGE = Stage.FRESH
COUNT = 200_000
AT_ONCE = 1_000
_FOLDED = """
SELECT coalesce(min(n), 0) FROM (SELECT sum(coalesce(next, 0)) AS n
    FROM unnest(ARRAY['incentives', 'alerts']) AS name
    LEFT JOIN projection.progress ON projection = name GROUP BY name) AS each"""
_SIZE = """
SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname || '.' || c.relname LIKE $1"""
KEPT = {
    "the log, PostgreSQL": "log.%",
    "incentives: ledger, members, boards": "incentives\\_1.%",
    "incentives: seen ids": "projection.seen\\_incentives",
    "alerts: tallies, judgements": "alerts\\_1.%",
    "alerts: seen ids": "projection.seen\\_alerts",
    "facts": "projection.facts",
}
DIRECTORY = "hearth.members"


async def run(at: World) -> list[Row]:
    """Write the same records to both logs, fold them, and look at what lies there."""
    count = sized(COUNT, 16_000) // COMMUNITIES * COMMUNITIES
    async with home(at) as found:
        await prepare(found, [slug(number) for number in range(COMMUNITIES)])
        other = open_log(at.dsn, ACTIONS, COMMUNITIES)
        await other.start()
        try:
            size = await filled(found, other, count)
        finally:
            await other.stop()
    async with serving(at, ["incentives", "alerts"]):
        await folded(at, count)
    return rows(await sizes(at), size, count)


async def filled(found: Home, other: Log, count: int) -> int:
    """Records as ingest makes them, texts sealed; the bytes of all."""
    watch, size = Watch(), 0
    for number in range(COMMUNITIES):
        community = await found.registry.community(slug(number))
        source = mixed(number, count // COMMUNITIES, COMMUNITIES)
        while some := list(islice(source, AT_ONCE)):
            actions = parse_list(json.dumps(some).encode())
            entries = await found.recorder.entries(
                community.key, community.slug, actions, clock.now()
            )
            size += sum(len(entry.value) for entry in entries)
            await found.actions.append(community.partition, entries)
            await other.append(community.partition, entries)
    say(f"{count:,} mixed actions are in both logs after {watch.seconds():.0f} s")
    return size


async def folded(at: World, count: int) -> None:
    """Until both projections have it all, the policies too."""
    db = await asyncpg.connect(at.dsn)
    try:
        async with asyncio.timeout(300):
            while await db.fetchval(_FOLDED) < count + COMMUNITIES:  # noqa: ASYNC110 - polled
                await asyncio.sleep(0.1)
        await db.execute("VACUUM")
    finally:
        await db.close()


async def sizes(at: World) -> dict[str, int]:
    """Bytes by what they are kept for."""
    db = await asyncpg.connect(at.dsn)
    try:
        wanted = {**KEPT, DIRECTORY: DIRECTORY}
        found = {what: int(await db.fetchval(_SIZE, like)) for what, like in wanted.items()}
    finally:
        await db.close()
    files = (at.folder / "kafka" / "data").glob(f"{ACTIONS}-*/*.log")
    return {"the log, Kafka": sum(file.stat().st_size for file in files), **found}


def rows(found: dict[str, int], size: int, count: int) -> list[Row]:
    """For a million actions; and the bytes of one in the tables of seen ids."""
    directory = found.pop(DIRECTORY)
    seen = [found["incentives: seen ids"], found["alerts: seen ids"]]
    return [
        *(
            shown(f"disk of a million actions: {what}", bytes_ / count, "MB")
            for what, bytes_ in found.items()
        ),
        shown(
            "deduplication: bytes of an id, in each projection",
            sum(seen) / 2 / count,
            "bytes",
            f"a record has {size / count:.0f} bytes on average before compression",
        ),
        shown("directory: bytes of a member", directory / (COMMUNITIES * MEMBERS), "bytes"),
    ]
