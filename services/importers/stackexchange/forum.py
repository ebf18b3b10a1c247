"""The frame that all actions of one import share, and which site they come from."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from services.importers.shipment import Wire
from services.importers.stackexchange.dump import Dump, rows
from services.kit.runtime import clock

_HOST = re.compile(r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")
_LINK = re.compile(r"https://([a-z0-9.-]+)/(?:q|a|questions)/\d")


class Step(NamedTuple):
    """One row of a dump, read: an action and its place in the order, or why there is none."""

    at: int
    """Where it stands in the order: an instant in microseconds that never falls within a file."""
    action: Wire | None
    skipped: str = ""


@dataclass(frozen=True, slots=True)
class Forum:
    """The community the history goes to and the source that names its ids."""

    community: str
    source: str

    def action(
        self,
        name: str,
        kind: str,
        at: int,
        data: Mapping[str, Any],
        member: str | None = None,
    ) -> Wire:
        """An action of type `kind` whose id is `name`; a None in `data` is left out."""
        wire = {
            "specversion": "1.0",
            "id": name,
            "source": self.source,
            "type": kind,
            "time": clock.rfc3339(at),
            "community": self.community,
            "data": {key: value for key, value in data.items() if value is not None},
        }
        return wire | {"member": member} if member else wire


class Forward:
    """Turns times that are nearly in order into an order.

    Rows stand in the order of their ids. A migrated post keeps the time it had elsewhere and so
    looks older than its neighbours; its place is among them.
    """

    def __init__(self) -> None:
        self._latest = 0

    def __call__(self, at: int) -> int:
        self._latest = max(self._latest, at)
        return self._latest


def source_of(dump: Dump, folder: Path) -> str:
    """The site's address: the folder's name where that is a host, else whom comments link to.

    A dump does not say whose it is, but its people link to their own site more than to any other.
    """
    if _HOST.match(folder.resolve().name):
        return f"https://{folder.resolve().name}"
    hosts = Counter(
        host
        for row in rows(dump, "Comments")
        for host in _LINK.findall(row.get("Text", ""))
        if not host.startswith("chat.")
    )
    if hosts:
        return f"https://{hosts.most_common(1)[0][0]}"
    return f"stackexchange:{folder.resolve().name}"
