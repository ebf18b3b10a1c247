"""Incentives with every feature at work, beside incentives as the spine has them; a member's page.

The likes are the same, and so is the rule; to it come five caps, two ladders, badges of
each kind that likes can earn, a streak and quests of whoever likes.
"""

import random
import time

import asyncpg

from bench.calls import Caller, quantile
from bench.consuming import READY, consumed, live, ready
from bench.events import COMMUNITIES, MEMBERS, STEPS, slug, token
from bench.processes import serving
from bench.rows import Row, limit, shown
from bench.world import Stage, World, sized, world

STAGE = Stage.LIKES
KEY = "hearth_operator_of_the_bench"
READS = 2_000
LEVELS = [{"name": f"level-{n}", "at_least": n} for n in STEPS]
POLICY: dict[str, object] = {
    "name": "bench-everything",
    "accounts": {"points": {}},
    "points": [{"name": "liked", "on": "reaction.added", "author": {"points": 10}}],
    "caps": [
        {"name": "a-day", "per": "day", "most": 200},
        {"name": "a-week", "per": "week", "most": 1_300},
        {"name": "a-month", "per": "month", "most": 5_000},
        {"name": "ever", "per": "lifetime", "most": 50_000},
        {"name": "liked-a-day", "per": "day", "times": 25, "rules": ["liked"]},
    ],
    "ladders": {
        "main": {"account": "points", "levels": LEVELS},
        "giving": {
            "account": "points",
            "levels": [
                {"name": "cool", "at_least": 0},
                {"name": "warm", "at_least": 20, "needs": [{"active_days": 2}]},
                {
                    "name": "hot",
                    "at_least": 60,
                    "needs": [{"count": "reaction.added", "at_least": 50}],
                },
            ],
        },
    },
    "badges": {
        "first": {"kind": "count", "action": "reaction.added"},
        "hundred": {"kind": "count", "action": "reaction.added", "at_least": 100},
        "week": {"kind": "days", "at_least": 7},
        "five": {"kind": "streak", "streak": "daily", "at_least": 5},
        "loved": {
            "kind": "score",
            "of": "post",
            "reactions": {"like": 1},
            "at_least": 10,
            "repeatable": True,
        },
    },
    "streaks": {
        "daily": {
            "on": "reaction.added",
            "make_up": {"most": 2},
            "milestones": [{"at": 3, "every": True, "gives": {"points": 5}}],
        }
    },
    "quests": {
        "welcome": {
            "starts": "first-action",
            "days": 7,
            "steps": [{"kind": "count", "action": "reaction.added", "at_least": 10}],
            "gives": {"points": 50},
        },
        "weekly": {
            "every": "week",
            "steps": [{"kind": "count", "action": "reaction.added", "at_least": 30}],
            "gives": {"points": 5},
        },
    },
}


async def run(at: World) -> list[Row]:
    """The spine's figure of this run; everything, on servers of its own; pages of its members."""
    count = await ready(at)
    _, spine = await live(at, "incentives", count)
    async with world() as other:
        await ready(other, POLICY)
        on = await other.database("everything", like=READY)
        everything = await consumed(on, "incentives", count)
        pages = await paged(on)
    page = f"a member's page, everything on, {MEMBERS * COMMUNITIES:,} members"
    return [
        Row(
            what="incentives with everything on (streaks, quests, badges, five caps, two ladders)",
            figure=everything.rate,
            unit="events/s",
            beside="the spine's",
            other=spine.rate,
            at_least=0.5,
            note=everything.note(),
        ),
        shown(f"{page}: p50", 1e3 * quantile(pages, 0.5), "ms"),
        limit(f"{page}: p99", 1e3 * quantile(pages, 0.99), "ms", 10),
    ]


async def paged(at: World) -> list[float]:
    """Seconds of each page, of members at random, one after another."""
    rng, took = random.Random(17), []
    await named(at)
    async with serving(at, ["api"], operator_key=KEY) as served, Caller(served["port"], KEY) as to:
        for _ in range(sized(READS, 300)):
            community = rng.randrange(COMMUNITIES)
            path = f"/v1/communities/{slug(community)}/members/{rng.randrange(MEMBERS)}"
            begun = time.perf_counter()
            await to.get(path)
            took.append(time.perf_counter() - begun)
    return took


async def named(at: World) -> None:
    """Names for the members of the likes, which were written to the log without any."""
    db = await asyncpg.connect(at.dsn)
    try:
        keys = dict(await db.fetch("SELECT slug, community FROM hearth.communities"))
        rows = [
            (keys[slug(community)], str(number), token(number * COMMUNITIES + community), bytes(16))
            for community in range(COMMUNITIES)
            for number in range(MEMBERS)
        ]
        columns = ("community", "id", "token", "key")
        await db.copy_records_to_table(
            "members", schema_name="hearth", records=rows, columns=columns
        )
        await db.execute("ANALYZE")
    finally:
        await db.close()
