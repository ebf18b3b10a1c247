"""`hearth policy shadow`: let a draft run beside the live policy, compare, stop."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TypeVar

from cyclopts import App

from services.cli import preview as shown
from services.cli.drafts import File, community_of, sound
from services.cli.errors import CommandFailedError
from services.cli.home import Home, embedded, opened
from services.cli.progress import progress
from services.incentives.shadow.commands import NoShadowError, Shadow, Shadowing
from services.kit.log.port import LogError
from services.kit.projection.rebuild import BeginningGoneError
from services.kit.runtime.settings import load

T = TypeVar("T")
app = App(name="shadow", help="A draft that runs in the shadow of the live policy.")


@app.command
def start(file: File, *, community: str, by: str = "operator", json: bool = False) -> None:
    """Let a draft run in the shadow of a community's policy, in the place of one that does.

    It holds as if it had since ever, follows what happens, and concludes nothing.

    Example: hearth policy shadow start draft.yaml --community tea

    Parameters
    ----------
    community
        Whose policy it runs beside.
    by
        Who starts it.
    json
        Print JSON: {started_at, started_by, title, following, behind}.
    """
    document = sound(file)

    async def started(_home: Home, shadow: Shadow) -> Shadowing:
        await shadow.start(document, by[:64])
        return await shadow.status()

    _tell(asyncio.run(_with(community, started)), community, json=json)


@app.command
def show(*, community: str, json: bool = False) -> None:
    """Whether a draft runs in the shadow, and how far it is behind.

    Example: hearth policy shadow show --community tea

    Parameters
    ----------
    community
        Whose policy it runs beside.
    json
        Print JSON: {started_at, started_by, title, following, behind}.
    """

    async def status(_home: Home, shadow: Shadow) -> Shadowing:
        return await shadow.status()

    _tell(asyncio.run(_with(community, status)), community, json=json)


@app.command
def compare(*, community: str, most: int = 20, csv: Path | None = None, json: bool = False) -> None:
    """Who would gain and who would lose: what members have, beside what the draft would give.

    It catches up first, however long that takes, and stays so.

    Example: hearth policy shadow compare --community tea --csv changes.csv

    Parameters
    ----------
    community
        Whose policy it runs beside.
    most
        Rows of the table of the largest changes.
    csv
        Write every member of whom something differs to this file.
    json
        Print JSON: {position, raised, totals, changes}, all of them.
    """

    async def compared(home: Home, shadow: Shadow) -> None:
        async with AsyncExitStack() as stack:
            with progress(f"catching up with {community}") as tell:
                comparison = await stack.enter_async_context(shadow.compare(tell))
            await shown.tell(comparison, home.directory, most, csv, json=json)

    asyncio.run(_with(community, compared))


@app.command
def stop(*, community: str) -> None:
    """End it; nothing is left of it.

    Example: hearth policy shadow stop --community tea

    Parameters
    ----------
    community
        Whose policy it runs beside.
    """

    async def stopped(_home: Home, shadow: Shadow) -> None:
        if not await shadow.stop():
            raise NoShadowError(shadow.community)

    asyncio.run(_with(community, stopped))
    print(f"nothing runs in the shadow of {community}'s policy any more")


async def _with(slug: str, work: Callable[[Home, Shadow], Awaitable[T]]) -> T:
    settings = load()
    async with embedded(settings) as dsn, opened(settings, dsn) as home:
        community = await community_of(home, slug)
        try:
            return await work(home, Shadow(home.dsn, home.sources, community))
        except (BeginningGoneError, LogError, LookupError) as error:
            raise CommandFailedError(str(error)) from error


def _tell(told: Shadowing, community: str, *, json: bool) -> None:
    if json:
        print(told.model_dump_json())
        return
    print(
        f"a draft runs in the shadow of {community}'s policy since {told.started_at}"
        f" (by {told.started_by}); {told.behind:,} records behind"
    )
