"""`hearth rebuild PROJECTION`: make a projection's tables anew, beside the live ones."""

import json as json_
import time

import uvloop
from cyclopts import App

from services.cli.errors import CommandFailedError
from services.cli.home import embedded, opened
from services.cli.progress import progress
from services.cli.projections import projections
from services.kit.log.port import LogError
from services.kit.projection.definition import Projection
from services.kit.projection.rebuild import BeginningGoneError, Rebuild, RebuildRunningError, sweep
from services.kit.runtime.settings import Settings, load

app = App(name="rebuild", help="Replay the log into fresh tables and switch over to them.")


@app.default
def rebuild(name: str, *, json: bool = False) -> int:
    """Replay the whole log into a new generation of a projection, then make it the live one.

    Nothing stops meanwhile, and nobody is notified. The generation before the last is dropped.

    Example: hearth rebuild incentives

    Parameters
    ----------
    name
        Which projection: incentives or alerts.
    json
        Print JSON.
    """
    if name not in projections():
        raise CommandFailedError(f"no projection {name!r}; there are {', '.join(projections())}")
    started = time.monotonic()
    try:
        generation = uvloop.run(_rebuild(load(), projections()[name]))
    except (BeginningGoneError, RebuildRunningError, LogError) as error:
        raise CommandFailedError(str(error)) from error
    seconds = round(time.monotonic() - started, 1)
    if json:
        print(json_.dumps({"projection": name, "generation": generation, "seconds": seconds}))
    else:
        print(f"{name}: generation {generation} is live, after {seconds} s")
    return 0


async def _rebuild(settings: Settings, projection: Projection) -> int:
    async with embedded(settings) as dsn, opened(settings, dsn) as home:
        with progress(f"rebuilding {projection.name}") as tell:
            generation = await Rebuild(projection, dsn, home.sources).run(tell)
        await sweep(dsn, projection.name)
        return generation
