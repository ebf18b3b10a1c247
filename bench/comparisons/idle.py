"""What `make run` costs while nothing happens."""

import asyncio

from bench.calls import Caller
from bench.comparisons.latency import KEY, like
from bench.events import POLICY
from bench.processes import cpu, cpu_of_tree, pss, serving
from bench.rows import Row, limit
from bench.world import Stage, Watch, World, say

STAGE = Stage.BARE
SETTLING, MEASURED = 15, 30
COMMUNITY = "club"


async def run(at: World) -> list[Row]:
    """One process with its PostgreSQL, a small community in it, every setting at its default."""
    async with serving(at, ("all",), operator_key=KEY, verify_share="") as served:
        async with Caller(served["port"], KEY) as caller:
            await caller.introduce(COMMUNITY, POLICY)
            for number in range(20):
                likes = [like(COMMUNITY, f"{number}/{n}", f"author-{n}") for n in range(50)]
                await caller.post("/v1/actions", likes)
        await asyncio.sleep(SETTLING)
        process = served["all"].pid
        database = int((at.folder / "postgres" / "postmaster.pid").read_text().split()[0])
        return await measured(process, database)


async def measured(process: int, database: int) -> list[Row]:
    """Memory and CPU of both over half a minute."""
    watch, used, base = Watch(), cpu(process), cpu_of_tree(database)
    await asyncio.sleep(MEASURED)
    seconds = watch.seconds()
    own, theirs = (cpu(process) - used) / seconds, (cpu_of_tree(database) - base) / seconds
    mine, its = pss(process) / 2**20, pss(database) / 2**20
    say(f"idle: {mine + its:.0f} MB, {own + theirs:.1%} of a core")
    return [
        limit(
            "`make run` idle: memory (PSS) in all",
            mine + its,
            "MB",
            300,
            f"the process {mine:.0f} MB, PostgreSQL {its:.0f} MB",
        ),
        limit(
            f"`make run` idle: CPU over {MEASURED} s",
            100 * (own + theirs),
            "% of a core",
            3,
            f"the process {100 * own:.1f}, PostgreSQL {100 * theirs:.1f}",
        ),
    ]
