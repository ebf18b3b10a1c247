"""A consumer process for a comparison: folds until the end of the log, then says how it went.

    python -m bench.consume PROJECTION MEMBERS

With more MEMBERS than one it is one of so many processes of a group, and ends when the
projection as a whole has reached the end.
"""

import asyncio
import json
import resource
import sys
import time

import uvloop

from bench.capped import CAPPED
from services.cli.home import opened
from services.cli.projections import projections
from services.kit.projection.runner import Runner
from services.kit.runtime.settings import load

_REACHED = """
SELECT count(*) FROM projection.progress p JOIN projection.generations g
USING (projection, generation)
WHERE g.live AND p.projection = $1 AND p.next >= ($2::bigint[])[p.partition + 1]"""


async def consume(name: str) -> None:
    """Run until every partition is at the end that it has now."""
    settings = load()
    projection = CAPPED if name == "capped" else projections()[name]
    async with opened(settings, settings.database_url.get_secret_value(), ()) as home:  # type: ignore[union-attr]
        partitions = await home.actions.partitions()
        ends = [await home.actions.end(partition) for partition in range(partitions)]
        runner = Runner(projection, home.dsn, home.actions, home.registry, home.directory)
        begun_cpu, begun = cpu(), time.perf_counter()
        await runner.start()
        while await home.pool.fetchval(_REACHED, name, ends) < sum(1 for end in ends if end):
            await asyncio.sleep(0.05)
            if runner.failed:
                raise runner.failed
        seconds, used = time.perf_counter() - begun, cpu() - begun_cpu
        await runner.stop()
    said = {"events": sum(ends), "seconds": seconds, "cpu": used, "rss": peak()}
    print(json.dumps(said), flush=True)


def cpu() -> float:
    """CPU seconds of this process."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak() -> int:
    """Largest resident size, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


if __name__ == "__main__":
    uvloop.run(consume(sys.argv[1]))
