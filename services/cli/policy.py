"""`hearth policy`: check a policy, publish it, list what there is."""

import asyncio
import json as json_
import sys
from pathlib import Path
from typing import Annotated, Any

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from services.api.communities.announce import Said, announce
from services.api.policies.document import check as faults_of
from services.cli.errors import CommandFailedError
from services.cli.front import api_context
from services.cli.home import Home, embedded, opened
from services.kit.http.fault import Fault
from services.kit.policy import library
from services.kit.policy.document import UnreadablePolicyError, line_of, read
from services.kit.registry.registry import Community, UnknownCommunityError
from services.kit.runtime import clock
from services.kit.runtime.settings import load

app = App(name="policy", help="Policies: check, publish, list.")

File = Annotated[Path, Parameter(help="YAML or JSON; or the name of a shipped policy.")]


@app.command
def check(file: File, *, json: bool = False) -> int:
    """Check a policy without a server: every fault with its line and what is allowed there.

    Example: hearth policy check tea.yaml

    Parameters
    ----------
    json
        Print JSON: a list of {line, pointer, detail}, empty when all is well.
    """
    text = _text(file)
    found = [(_line(text, fault), fault) for fault in _checked(text)[1]]
    if json:
        rows = [{"line": n, "pointer": f.pointer, "detail": f.detail} for n, f in found]
        print(json_.dumps(rows, ensure_ascii=False))
    elif not found:
        print(f"{file} is a policy")
    else:
        for line, fault in found:
            print(f"{file}:{line or 1}: {fault.pointer} {fault.detail}", file=sys.stderr)
    return 1 if found else 0


@app.command
def publish(
    file: File, *, community: str, effective_from: str | None = None, json: bool = False
) -> None:
    """Publish a policy: a community's next version, or its first until members have acted.

    Example: hearth policy publish tea.yaml --community tea

    Parameters
    ----------
    community
        Whose policy it becomes.
    effective_from
        RFC 3339 from when it judges; now by default, and never earlier.
    json
        Print JSON: {position, published}.
    """
    document, found = _checked(_text(file))
    if found:
        raise CommandFailedError(f"{file} is refused; see: hearth policy check {file}")
    said = asyncio.run(_publish(document, community, effective_from))
    if json:
        print(json_.dumps({"position": said.position, "published": said.now}))
    elif said.now:
        print(f"published for {community} at position {said.position}")
    else:
        print(f"{community} has this policy already, since position {said.position}")


async def _publish(document: dict[str, Any], slug: str, start: str | None) -> Said:
    settings = load()
    async with embedded(settings) as dsn, opened(settings, dsn) as home:
        community = await _community(home, slug)
        try:
            at = None if start is None else clock.rfc3339(clock.parse_rfc3339(start))
        except ValueError as error:
            raise CommandFailedError(f"--effective-from: {error}") from error
        return await announce(api_context(home, None), community, document, at, "operator")


@app.command(name="list")
def list_(*, json: bool = False) -> None:
    """List the shipped policies; GET /v1/communities/{c}/policies lists a community's versions.

    Example: hearth policy list

    Parameters
    ----------
    json
        Print JSON: a list of {name, title}.
    """
    rows = [{"name": name, "title": _title(library.shipped(name))} for name in library.names()]
    if json:
        print(json_.dumps(rows, ensure_ascii=False))
        return
    table = Table("name", "title")
    for row in rows:
        table.add_row(row["name"], row["title"])
    Console().print(table)


def _title(document: dict[str, Any]) -> str:
    title = document.get("title", "")
    return (
        str(title.get("en") or next(iter(title.values()), "")) if isinstance(title, dict) else title
    )


async def _community(home: Home, slug: str) -> Community:
    try:
        return await home.registry.community(slug)
    except UnknownCommunityError as error:
        detail = f"there is no community {slug!r}; create it with PUT /v1/communities/{slug}"
        raise CommandFailedError(detail) from error


def _text(file: Path) -> str:
    path = file if file.exists() or file.name not in library.names() else _shipped(file.name)
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandFailedError(f"{file} cannot be read: {error}") from error


def _shipped(name: str) -> Path:
    return library.FOLDER / f"{name}.yaml"


def _checked(text: str) -> tuple[dict[str, Any], list[Fault]]:
    try:
        document = read(text)
    except UnreadablePolicyError as error:
        return {}, error.faults
    return document, faults_of(document)


def _line(text: str, fault: Fault) -> int | None:
    return line_of(text, fault.pointer) if fault.pointer else None
