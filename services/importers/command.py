"""What every `hearth import ...` does once its files are a shipment: send, show, sum up."""

import asyncio
import json
import sys
import time

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from services.importers.sender import Place, Sent, send
from services.importers.server import CommunityRefusedError, ServerError, connect
from services.importers.shipment import Shipment
from services.importers.target import Target

FAILED = 1
WRONG = 2


class Rate(ProgressColumn):
    """Actions a second."""

    def render(self, task: Task) -> Text:
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f}/s" if speed else "", style="progress.data.speed")


def bar() -> Progress:
    """Count, rate and time left, on standard error; nothing where that is no terminal."""
    console = Console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Rate(),
        TimeRemainingColumn(),
        console=console,
        disable=not console.is_terminal,
    )


def run(place: Place, shipment: Shipment, target: Target, *, as_json: bool) -> int:
    """Sends with a progress bar and prints the summary. Returns the exit status."""
    began = time.monotonic()
    try:
        sent = asyncio.run(_send(place, shipment, target))
    except CommunityRefusedError as error:
        return failed(str(error), as_json=as_json, status=WRONG)
    except ServerError as error:
        return failed(str(error), as_json=as_json)
    except KeyboardInterrupt:
        return failed("interrupted; run the same command again, it goes on", as_json=as_json)
    summary = _summary(place, shipment, sent, time.monotonic() - began)
    sys.stdout.write(json.dumps(summary, ensure_ascii=False) + "\n" if as_json else _told(summary))
    return 0


def failed(text: str, *, as_json: bool, status: int = FAILED) -> int:
    """Says in one line what went wrong and what to do. Returns the exit status."""
    if as_json:
        sys.stdout.write(json.dumps({"error": text}, ensure_ascii=False) + "\n")
    else:
        sys.stderr.write(f"hearth import: {text}\n")
    return status


async def _send(place: Place, shipment: Shipment, target: Target) -> Sent:
    with bar() as shown:
        task = shown.add_task(f"to {place.community}", total=shipment.expected())

        def progress(sent: Sent) -> None:
            done = sent.by_type.total()
            shown.update(task, completed=done, total=max(done, shipment.expected()))

        async with connect(target.address, target.key) as server:
            return await send(server, place, shipment, progress)


def _summary(place: Place, shipment: Shipment, sent: Sent, seconds: float) -> dict[str, object]:
    return {
        "community": place.community,
        "created": sent.created,
        "source": shipment.source,
        "import": shipment.name,
        "actions": sent.by_type.total(),
        "seconds": round(seconds, 1),
        "position": sent.position,
        "sent": dict(sent.by_type.most_common()),
        "unknown": dict(sent.unknown),
        "skipped": dict(shipment.skipped.most_common()),
    }


def _told(summary: dict[str, object]) -> str:
    made = "made" if summary["created"] else "was there and keeps its policy"
    lines = [
        f"{summary['actions']:,} actions from {summary['source']} in {summary['seconds']} s",
        f"community {summary['community']} {made}; the log stands at {summary['position']}",
    ]
    for title in ("sent", "unknown", "skipped"):
        counts = summary[title]
        if isinstance(counts, dict) and counts:
            lines += [f"{title}:", *(f"  {n:>8,}  {what}" for what, n in counts.items())]
    return "\n".join(lines) + "\n"
