"""A rebuild to be timed: `python -m bench.rebuild PROJECTION`, what `hearth rebuild` does."""

import json
import sys

import uvloop

from bench.world import Watch
from services.cli.home import opened
from services.cli.projections import projections
from services.kit.projection.rebuild import Rebuild
from services.kit.runtime.settings import load


async def rebuild(name: str) -> None:
    """Time it from the first statement to the flip."""
    settings = load()
    assert settings.database_url is not None, "the comparison that starts it sets the servers"
    dsn, done = settings.database_url.get_secret_value(), [0]
    async with opened(settings, dsn) as home:
        watch = Watch()

        def tell(events: int, _total: int) -> None:
            done[0] = events

        await Rebuild(projections()[name], dsn, home.sources).run(tell)
    print(json.dumps({"events": done[0], "seconds": watch.seconds()}), flush=True)


if __name__ == "__main__":
    uvloop.run(rebuild(sys.argv[1]))
