"""`hearth verify`: prove that the live tables are what a replay of the log gives."""

import asyncio
import json as json_

from cyclopts import App

from services.cli.errors import CommandFailedError
from services.cli.home import embedded, opened
from services.cli.progress import progress
from services.cli.projections import projections
from services.kit.log.port import LogError
from services.kit.projection.generations import OtherVersionError
from services.kit.projection.rebuild import BeginningGoneError
from services.kit.projection.verify import Proof
from services.kit.runtime import garbage
from services.kit.runtime.settings import Settings, load

app = App(name="verify", help="Compare the live tables with a replay of the log.")


@app.default
def verify(projection: str | None = None, *, json: bool = False) -> int:
    """Replay the log into scratch tables and compare them with the live ones, table by table.

    Exit status 1 when any table differs.

    Example: hearth verify incentives

    Parameters
    ----------
    projection
        Which one; all when left out.
    json
        Print JSON.
    """
    chosen = [projection] if projection else list(projections())
    unknown = [name for name in chosen if name not in projections()]
    if unknown:
        raise CommandFailedError(f"no projection {unknown[0]!r}; there are {list(projections())}")
    try:
        found = asyncio.run(_verify(load(), chosen))
    except (BeginningGoneError, OtherVersionError, LogError, LookupError) as error:
        raise CommandFailedError(str(error)) from error
    if json:
        print(json_.dumps(found))
    else:
        for name, tables in found.items():
            told = (
                f"differs from its replay in {', '.join(tables)}" if tables else "equals its replay"
            )
            print(f"{name}: live {told}")
    return 1 if any(found.values()) else 0


async def _verify(settings: Settings, names: list[str]) -> dict[str, list[str]]:
    garbage.seldom()
    found = {}
    async with embedded(settings) as dsn, opened(settings, dsn) as home:
        for name in names:
            with progress(f"verifying {name}") as tell:
                proof = Proof(projections()[name], dsn, home.sources)
                found[name], _ = await proof.different(told=tell)
    return found
