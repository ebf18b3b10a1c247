"""`hearth dead-letters`: what could not be folded: list, show, retry."""

import asyncio
import json as json_
from typing import Any

import msgspec
from cyclopts import App
from rich.console import Console
from rich.table import Table

from services.cli.errors import CommandFailedError
from services.cli.home import Home, embedded, opened
from services.kit.projection import dead_letters
from services.kit.runtime.settings import load

app = App(name="dead-letters", help="Records that could not be folded: list, show, retry.")


@app.command(name="list")
def list_(projection: str | None = None, *, all_: bool = False, json: bool = False) -> None:
    """List dead letters, newest first.

    Example: hearth dead-letters list incentives

    Parameters
    ----------
    projection
        Only those of this projection.
    all_
        Also those that a retry has brought back.
    json
        Print JSON.
    """
    rows = asyncio.run(_rows(projection, all_))
    if json:
        print(json_.dumps(rows, ensure_ascii=False))
        return
    table = Table("projection", "partition", "offset", "type", "reason", "detail", "at")
    for row in rows:
        shown = ("projection", "partition", "offset", "type", "reason", "detail", "at")
        table.add_row(*(str(row[name]) for name in shown))
    Console().print(table if rows else "no dead letters")


async def _rows(projection: str | None, everything: bool) -> list[dict[str, Any]]:
    settings = load()
    async with embedded(settings) as dsn, opened(settings, dsn) as home:
        return await dead_letters.listed(home.pool, projection, everything=everything)


@app.command
def show(projection: str, partition: int, offset: int) -> None:
    """Show one dead letter with its record, as JSON.

    Example: hearth dead-letters show incentives 3 1042
    """
    print(json_.dumps(asyncio.run(_show(projection, partition, offset)), ensure_ascii=False))


async def _show(projection: str, partition: int, offset: int) -> dict[str, Any]:
    settings = load()
    async with embedded(settings) as dsn, opened(settings, dsn) as home:
        row = await _one(home, projection, partition, offset)
        async for records in home.actions.read(partition, offset, offset + 1):
            row["record"] = _record(records[0].value)
        return row


def _record(value: bytes) -> Any:
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return value.decode("utf-8", "backslashreplace")


async def _one(home: Home, projection: str, partition: int, offset: int) -> dict[str, Any]:
    try:
        return await dead_letters.one(home.pool, projection, partition, offset)
    except dead_letters.NoSuchLetterError as error:
        raise CommandFailedError(str(error)) from error


@app.command
def retry(projection: str, partition: int, offset: int) -> None:
    """Fold a dead letter again, now that its cause is mended. It becomes an action in the log.

    Example: hearth dead-letters retry incentives 3 1042
    """
    position = asyncio.run(_retry(projection, partition, offset))
    print(f"asked for at position {position} of partition {partition}")


async def _retry(projection: str, partition: int, offset: int) -> int:
    settings = load()
    async with embedded(settings) as dsn, opened(settings, dsn) as home:
        letter = await _one(home, projection, partition, offset)
        try:
            community, asking = await dead_letters.retry_of(letter, home.actions, home.registry)
        except dead_letters.CannotRetryError as error:
            raise CommandFailedError(f"not retried: {error}") from error
        return await home.journal.append(community.slug, [asking])
