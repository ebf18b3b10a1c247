"""`hearth policy`: check a policy, preview and publish it, list what there is."""

import asyncio
import json as json_
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from cyclopts import App
from rich.console import Console
from rich.table import Table

from services.api.communities.announce import Said, announce
from services.api.policies.publishing import pass_gate
from services.cli import preview as shown
from services.cli.drafts import File, checked, community_of, sound, text_of
from services.cli.errors import CommandFailedError
from services.cli.front import api_context
from services.cli.home import Home, embedded, opened
from services.cli.progress import progress
from services.cli.shadow import app as shadow
from services.incentives.preview.commands import Comparison, Names, Preview
from services.incentives.preview.gate import APPROVER
from services.kit.communities.timeline import rules_from
from services.kit.http.fault import Fault
from services.kit.http.problem import ProblemError
from services.kit.log.port import LogError
from services.kit.policy import library
from services.kit.policy.document import line_of
from services.kit.projection.rebuild import BeginningGoneError
from services.kit.registry.registry import Community
from services.kit.runtime import clock, garbage
from services.kit.runtime.settings import load

app = App(name="policy", help="Policies: check, preview, publish, list; and one in the shadow.")
app.command(shadow)


@app.command
def check(file: File, *, json: bool = False) -> int:
    """Check a policy without a server: every fault with its line and what is allowed there.

    Example: hearth policy check tea.yaml

    Parameters
    ----------
    json
        Print JSON: a list of {line, pointer, detail}, empty when all is well.
    """
    text = text_of(file)
    found = [(_line(text, fault), fault) for fault in checked(text)[1]]
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
def preview(
    file: File,
    *,
    community: str,
    rules_of: str | None = None,
    most: int = 20,
    csv: Path | None = None,
    json: bool = False,
) -> None:
    """Replay a community's whole history under a draft: who would gain, who would lose.

    The draft is taken as if it had held since ever, its dated parts each in their time. Nothing
    live is changed, and Hearth may go on running meanwhile.

    Example: hearth policy preview draft.yaml --community tea --csv changes.csv

    Parameters
    ----------
    community
        Whose history is replayed.
    rules_of
        RFC 3339; let what the draft says of this time hold throughout, in the place of its dated
        parts.
    most
        Rows of the table of the largest changes.
    csv
        Write every member of whom something differs to this file.
    json
        Print JSON: {position, raised, totals, changes}, all of them.
    """
    document = sound(file)
    if rules_of is not None:
        document = rules_from(document, clock.parse_rfc3339(_instant(rules_of, "--rules-of")))[0]
    asyncio.run(_preview(document, community, most, csv, json=json))


async def _preview(
    document: dict[str, Any], slug: str, most: int, csv: Path | None, *, json: bool
) -> None:
    garbage.seldom()
    settings = load()
    async with embedded(settings) as dsn, opened(settings, dsn) as home:
        community = await community_of(home, slug)
        async with _compared(home, community, document) as comparison:
            await shown.tell(comparison, home.directory, most, csv, json=json)


@asynccontextmanager
async def _compared(
    home: Home, community: Community, document: Mapping[str, Any]
) -> AsyncIterator[Comparison]:
    """A preview with its progress bar, however long it takes."""
    made = Preview(home.dsn, home.sources, community, document)
    async with AsyncExitStack() as stack:
        try:
            with progress(f"replaying {community.slug}") as tell:
                comparison = await stack.enter_async_context(made.run(tell))
        except (BeginningGoneError, LogError, LookupError) as error:
            raise CommandFailedError(str(error)) from error
        yield comparison


@app.command
def publish(
    file: File,
    *,
    community: str,
    effective_from: str | None = None,
    by: str = "operator",
    approved_by: str | None = None,
    json: bool = False,
) -> None:
    """Publish a policy: a community's next version, or its first until members have acted.

    Once they have, the gate of the policy published last judges it, if that has one.

    Example: hearth policy publish tea.yaml --community tea

    Parameters
    ----------
    community
        Whose policy it becomes.
    effective_from
        RFC 3339 from when it judges; now by default, and never earlier.
    by
        Who publishes it.
    approved_by
        Who approved of it: somebody else.
    json
        Print JSON: {position, published}.
    """
    names = Names(by[:64], approved_by[:64] if approved_by else None)
    said = asyncio.run(_publish(sound(file), community, effective_from, names))
    if json:
        print(json_.dumps({"position": said.position, "published": said.now}))
    elif said.now:
        print(f"published for {community} at position {said.position}")
    else:
        print(f"{community} has this policy already, since position {said.position}")


async def _publish(document: dict[str, Any], slug: str, start: str | None, names: Names) -> Said:
    settings = load()
    at = None if start is None else _instant(start, "--effective-from")
    async with embedded(settings) as dsn, opened(settings, dsn) as home:
        community = await community_of(home, slug)
        here = api_context(home, None)
        try:
            names = await pass_gate(here, community, document, at, names, partial(_compared, home))
        except ProblemError as error:
            raise CommandFailedError(_told(error)) from error
        return await announce(here, community, document, at, *names)


def _told(error: ProblemError) -> str:
    faults = [f"{fault.pointer}: {fault.detail}" for fault in error.errors]
    return "\n  ".join([error.title, *(faults or [error.detail])]).replace(
        APPROVER, "--approved-by"
    )


def _instant(text: str, name: str) -> str:
    try:
        return clock.rfc3339(clock.parse_rfc3339(text))
    except ValueError as error:
        raise CommandFailedError(f"{name}: {error}") from error


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


def _line(text: str, fault: Fault) -> int | None:
    return line_of(text, fault.pointer) if fault.pointer else None
