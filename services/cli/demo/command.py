"""`hearth demo`."""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from services.cli.demo.play import World, play
from services.cli.errors import CommandFailedError
from services.cli.progress import progress
from services.importers.server import ServerError, connect
from services.importers.target import Target, TargetError, address_of, resolve
from services.kit.runtime import clock, logging
from services.kit.runtime.settings import Settings, load

if TYPE_CHECKING:
    from services.cli.home import Home

app = App(name="demo", help="Start everything with a simulated community in it.")

Player = Callable[[Target], Awaitable[None]]


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
    settings = load()
    if address is None:
        logging.configure("warning", settings.log_format)
        return asyncio.run(with_everything(settings, tell))
    try:
        asyncio.run(tell(resolve(settings, address, key)))
    except (ServerError, TargetError) as error:
        raise CommandFailedError(str(error)) from error
    return 0


async def with_everything(settings: Settings, player: Player) -> int:
    """Serves all until a signal, and lets `player` play once all runs. Returns the exit status."""
    # Loaded late: the server's parts take a moment, and `hearth demo --help` needs none.
    from services.cli import serve

    playing: list[asyncio.Task[None]] = []

    def welcome(home: "Home") -> None:
        target = Target(address_of(settings), home.operator_key)
        _say(f"Hearth runs at {target.address}, operator key {target.key}; Ctrl-C stops it.\n")
        playing.append(asyncio.create_task(_guarded(player, target)))

    try:
        return await serve.run(settings, "all", welcome)
    finally:
        for task in playing:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _guarded(player: Player, target: Target) -> None:
    try:
        await player(target)
    except ServerError as error:
        sys.stderr.write(f"hearth demo: {error}\n")


async def tell(target: Target) -> None:
    """Plays the demo on a server that is ready, until the story ends or this is cancelled."""
    async with connect(target.address, target.key) as server:
        await play(server, target, World(clock.now, asyncio.sleep, _say, progress))


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
