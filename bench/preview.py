"""A preview to be timed: `python -m bench.preview COMMUNITY`, what `hearth policy preview` does."""

import copy
import json
import sys

import uvloop

from bench.events import POLICY
from bench.world import Watch
from services.cli.home import opened
from services.incentives.preview.commands import Preview
from services.kit.runtime.settings import load


async def preview(slug: str) -> None:
    """Time it from the first statement until the scratch tables are gone, all changes read."""
    settings = load()
    assert settings.database_url is not None, "the comparison that starts it sets the servers"
    dsn, done = settings.database_url.get_secret_value(), [0]
    draft = copy.deepcopy(POLICY)
    draft["caps"] = [{"name": "a-day", "per": "day", "most": 100}]
    async with opened(settings, dsn) as home:
        community = await home.registry.community(slug)
        watch = Watch()

        def tell(events: int, _total: int) -> None:
            done[0] = events

        async with Preview(dsn, home.sources, community, draft).run(tell) as comparison:
            totals = comparison.totals
            async for _ in comparison.changes():
                pass
    told = {"events": done[0], "affected": totals.affected, "members": totals.members}
    print(json.dumps({**told, "seconds": watch.seconds()}), flush=True)


if __name__ == "__main__":
    uvloop.run(preview(sys.argv[1]))
