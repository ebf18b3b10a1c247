"""Likes to members at random at a steady rate, a process of its own.

    python -m bench.writing COMMUNITY RATE AT_ONCE

appends them to the log until SIGTERM, then prints {"sent": n}. So whoever reads meanwhile shares
cores with it, as in an installation, but no event loop.
"""

import asyncio
import itertools
import json
import random
import sys
import time

import asyncpg
import uvloop

from services.cli.home import Home, opened
from services.kit.actions.event import Event, encode
from services.kit.log.port import Entry
from services.kit.registry.registry import Community
from services.kit.runtime import clock, garbage, logging
from services.kit.runtime.lifecycle import on_signals
from services.kit.runtime.settings import load

_TOKENS = "SELECT token FROM hearth.members WHERE community = $1 ORDER BY token"


async def main(slug: str, rate: int, at_once: int) -> None:
    """Write until told to stop."""
    settings, stop = load(), asyncio.Event()
    logging.configure(settings.log_level, settings.log_format)
    assert settings.database_url is not None, "the comparison that starts it sets the servers"
    dsn = settings.database_url.get_secret_value()
    async with opened(settings, dsn) as home:
        community = await home.registry.community(slug)
        db = await asyncpg.connect(dsn)
        tokens = [row["token"] for row in await db.fetch(_TOKENS, community.key)]
        await db.close()
        on_signals(stop)
        garbage.seldom()
        print(json.dumps({"begins": True}), flush=True)
        sent = await write(home, community, tokens, (rate, at_once), stop)
    print(json.dumps({"sent": sent}), flush=True)


async def write(
    home: Home,
    community: Community,
    tokens: list[int],
    pace: tuple[int, int],
    stop: asyncio.Event,
) -> int:
    """How many were sent. It may fall behind the rate but does not jump ahead."""
    rng, begun, sent = random.Random(14), time.perf_counter(), 0
    rate, at_once = pace
    for turn in itertools.count(1):
        entries = [like(community, tokens, rng, sent + n) for n in range(at_once)]
        await home.actions.append(community.partition, entries)
        sent += at_once
        ahead = begun + turn * at_once / rate - time.perf_counter()
        try:
            await asyncio.wait_for(stop.wait(), max(0.0, ahead))
        except TimeoutError:
            continue
        break
    return sent


def like(community: Community, tokens: list[int], rng: random.Random, number: int) -> Entry:
    """A like as ingest writes it."""
    now = clock.now()
    event = Event(
        type="reaction.added",
        id=f"like/{number}",
        source="bench",
        time=now,
        arrived=now,
        community=community.slug,
        member=rng.choice(tokens),
        data={"target": f"p{number % 50}", "author_of_target": rng.choice(tokens), "kind": "like"},
    )
    return Entry(community.slug.encode(), encode(event))


if __name__ == "__main__":
    uvloop.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
