"""`hearth demo`."""

import asyncio
import importlib
import sys
from typing import Annotated

from cyclopts import App, Parameter

from services.cli.demo.play import World, play
from services.cli.errors import CommandFailedError
from services.cli.progress import progress
from services.importers.server import ServerError, connect
from services.importers.target import Target, TargetError, resolve
from services.kit.runtime import clock
from services.kit.runtime.settings import load

app = App(name="demo", help="Start everything with a simulated community in it.")


@app.default
def demo(
    *,
    address: Annotated[
        str | None, Parameter(help="A server that runs already; nothing is started then.")
    ] = None,
    key: Annotated[str | None, Parameter(help="A key that may operate there.")] = None,
) -> int:
    """Start everything as `hearth serve all` does, and let a tea club live in it.

    Weeks of its past first, then live traffic, then a crisis. Ctrl-C stops; started again it
    goes on.

    Example: hearth demo
    """
    if address is None:
        # Loaded late: the server's parts take a moment, and `hearth demo --help` needs none.
        serve = importlib.import_module("services.cli.serve")
        return int(serve.everything(load(), beside=beside))
    try:
        asyncio.run(beside(resolve(load(), address, key)))
    except (ServerError, TargetError) as error:
        raise CommandFailedError(str(error)) from error
    return 0


async def beside(target: Target) -> None:
    """Plays the demo on a server that is ready, until the story ends or this is cancelled."""
    async with connect(target.address, target.key) as server:
        await play(server, target, World(clock.now, asyncio.sleep, _say, progress))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
