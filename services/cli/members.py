"""`hearth members`: erasing a member, receipts, and forgetting again after a restore."""

import asyncio
import json as json_
from dataclasses import asdict
from typing import Any

from cyclopts import App
from rich.console import Console
from rich.table import Table

from services.cli import erasing
from services.cli.errors import CommandFailedError
from services.cli.home import Home, embedded, opened
from services.cli.progress import progress
from services.kit.erasure import restore as log_of_erasures
from services.kit.erasure.eraser import NotCaughtUpError
from services.kit.erasure.orders import Erasure
from services.kit.log.port import LogError
from services.kit.registry.registry import Community, UnknownCommunityError
from services.kit.runtime import clock, database
from services.kit.runtime.settings import load

app = App(name="members", help="Members: erase one, receipts, forget again after a restore.")
LOOK_EVERY = 0.2


@app.command
def erase(community: str, member: str, *, wait: float = 60, json: bool = False) -> None:
    """Forget a member for ever, and print the signed receipt. Repeated, it is the same erasure.

    Example: hearth members erase tea lin

    Parameters
    ----------
    community
        Which community.
    member
        The platform's id of the member.
    wait
        Seconds to wait for consumers to fold what came before the order. What is not finished by
        then is finished by the services that run.
    json
        Print JSON.
    """
    done = asyncio.run(_erase(community, member, wait))
    if json:
        print(json_.dumps(_shown(done), ensure_ascii=False))
    else:
        print(json_.dumps(done.receipt, ensure_ascii=False, indent=2))


async def _erase(slug: str, member: str, wait: float) -> Erasure:
    settings = load()
    async with embedded(settings) as dsn, opened(settings, dsn) as home:
        orders, community = erasing.orders(home), await _community(home, slug)
        try:
            found = await orders.order(community, member, "hearth members erase")
            if found is None:
                raise CommandFailedError(f"nothing was heard of {member!r} in {slug}")
            return found if found.done else await _finished(home, community, found, wait)
        except LogError as error:
            raise CommandFailedError(f"{error}; say it again") from error


async def _finished(home: Home, community: Community, erasure: Erasure, wait: float) -> Erasure:
    """Carry it out here, or see that somebody else does."""
    why = "the services that run are at it"
    db = await database.connect(home.dsn)
    try:
        async with asyncio.timeout(wait):
            with progress(f"erasing in {community.slug}") as tell:
                while True:
                    if await db.fetchval(erasing.TURN):
                        try:
                            await erasing.eraser(home).finish(db, erasure, tell)
                        except NotCaughtUpError as error:
                            why = str(error)
                    found = await erasing.orders(home).one(community, erasure.id)
                    if found is not None and found.done:
                        return found
                    await asyncio.sleep(LOOK_EVERY)
    except TimeoutError:
        raise CommandFailedError(
            f"ordered as {erasure.id} and not finished within {wait:g} s: {why}. Nobody can tell"
            " any more whose the records are; the key goes as soon as that is mended"
        ) from None
    finally:
        await db.close()


@app.command
def receipts(community: str, *, member: str | None = None, json: bool = False) -> None:
    """List the erasures of a community, newest first.

    Example: hearth members receipts tea --member lin --json

    Parameters
    ----------
    community
        Which community.
    member
        Only those of this id; its keyed digest is compared.
    json
        Print JSON, with the signed receipts.
    """
    found = asyncio.run(_receipts(community, member))
    if json:
        print(json_.dumps([_shown(each) for each in found], ensure_ascii=False))
        return
    table = Table("erasure", "ordered", "by", "state")
    for each in found:
        state = "erased" if each.done else "ordered"
        table.add_row(each.id, clock.rfc3339(each.ordered_at), each.ordered_by, state)
    Console().print(table if found else "no erasures")


async def _receipts(slug: str, member: str | None) -> list[Erasure]:
    settings = load()
    async with embedded(settings) as dsn, opened(settings, dsn) as home:
        return await erasing.orders(home).listed(await _community(home, slug), member, 1000)


@app.command
def restore(*, json: bool = False) -> None:
    """Forget again who the log says was erased, after a backup of the database was restored.

    Example: hearth members restore

    Parameters
    ----------
    json
        Print JSON.
    """
    found = asyncio.run(_restore())
    if json:
        print(json_.dumps(asdict(found)))
    else:
        print(
            f"{found.erasures} erasures in the log; {found.forgotten} members were known again and"
            f" are forgotten; {found.verdicts} verdicts are in their table"
        )


async def _restore() -> log_of_erasures.Restored:
    settings = load()
    async with embedded(settings) as dsn, opened(settings, dsn) as home:
        with progress("reading the log") as tell:
            return await log_of_erasures.restore(home.actions, home.pool, home.registry, tell)


async def _community(home: Home, slug: str) -> Community:
    try:
        return await home.registry.community(slug)
    except UnknownCommunityError:
        raise CommandFailedError(f"there is no community {slug!r}") from None


def _shown(erasure: Erasure) -> dict[str, Any]:
    return {
        "erasure": erasure.id,
        "state": "erased" if erasure.done else "ordered",
        "ordered_at": clock.rfc3339(erasure.ordered_at),
        "ordered_by": erasure.ordered_by,
        "proof": erasure.receipt,
    }
