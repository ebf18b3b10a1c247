"""`hearth keys`: API keys: create, list, revoke."""

import asyncio
import json as json_
from typing import Any

from cyclopts import App
from rich.console import Console
from rich.table import Table

from services.cli.errors import CommandFailedError
from services.cli.home import embedded, opened
from services.kit.access.key import Key
from services.kit.runtime import clock
from services.kit.runtime.settings import load

app = App(name="keys", help="API keys: create, list, revoke.")


@app.command
def create(
    name: str,
    *,
    scope: list[str],
    community: list[str] | None = None,
    expires: str | None = None,
    json: bool = False,
) -> None:
    """Make a key and print it, this once: only its hash is kept.

    Example: hearth keys create dashboard --scope read --community tea

    Parameters
    ----------
    name
        What it is for.
    scope
        actions:write, read, operate or admin; may be given several times.
    community
        One it may touch; may be given several times. Without any it may touch all.
    expires
        RFC 3339, such as 2027-01-01T00:00:00Z; never by default.
    json
        Print JSON.
    """
    token, key = asyncio.run(_create(name, scope, community, expires))
    if json:
        print(json_.dumps({"key": token, **_shown(key)}, ensure_ascii=False))
    else:
        print(token)


async def _create(
    name: str, scope: list[str], community: list[str] | None, expires: str | None
) -> tuple[str, Key]:
    settings = load()
    async with embedded(settings) as dsn, opened(settings, dsn) as home:
        try:
            until = None if expires is None else clock.parse_rfc3339(expires)
            return await home.keys.create(name, scope, community or None, until)
        except ValueError as error:
            raise CommandFailedError(str(error)) from error


@app.command(name="list")
def list_(*, json: bool = False) -> None:
    """List the keys that were not revoked, newest first, without their secrets.

    Example: hearth keys list --json

    Parameters
    ----------
    json
        Print JSON.
    """
    keys = [_shown(key) for key in asyncio.run(_listed())]
    if json:
        print(json_.dumps(keys, ensure_ascii=False))
        return
    table = Table("id", "name", "scopes", "communities", "expires", "last used")
    for key in keys:
        reach = "all" if key["communities"] is None else " ".join(key["communities"])
        times = (key["expires_at"] or "never", key["last_used_at"] or "never")
        table.add_row(key["id"], key["name"], " ".join(key["scopes"]), reach, *times)
    Console().print(table if keys else "no keys but the operator's")


async def _listed() -> list[Key]:
    settings = load()
    async with embedded(settings) as dsn, opened(settings, dsn) as home:
        return await home.keys.listed()


@app.command
def revoke(key_id: str) -> None:
    """Take a key back, by its visible part. Running services notice within seconds.

    Example: hearth keys revoke k3xq7m2a

    Parameters
    ----------
    key_id
        As `hearth keys list` shows it.
    """
    if not asyncio.run(_revoke(key_id)):
        raise CommandFailedError(f"there is no key {key_id!r}; see `hearth keys list`")
    print(f"revoked {key_id}")


async def _revoke(key_id: str) -> bool:
    settings = load()
    async with embedded(settings) as dsn, opened(settings, dsn) as home:
        return await home.keys.revoke(key_id)


def _shown(key: Key) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": key.name,
        "scopes": sorted(key.scopes),
        "communities": None if key.communities is None else sorted(key.communities),
        "expires_at": None if key.expires_at is None else clock.rfc3339(key.expires_at),
        "last_used_at": None if key.last_used_at is None else clock.rfc3339(key.last_used_at),
    }
