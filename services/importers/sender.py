"""Sending a shipment: the community first, then its past between two brackets, in order."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from services.importers.batches import lists
from services.importers.server import Server
from services.importers.shipment import Shipment, Wire


@dataclass(frozen=True, slots=True)
class Place:
    """The community a past goes to; how to make it where it is missing."""

    community: str
    policy: str
    type: str
    time_zone: str

    def settings(self) -> dict[str, str]:
        """The body of the PUT that makes it."""
        return {
            "name": self.community,
            "type": self.type,
            "time_zone": self.time_zone,
            "policy": self.policy,
        }


@dataclass(slots=True)
class Sent:
    """What happened so far."""

    created: bool = False
    """Whether the community was made, with the policy asked for; else it keeps its own."""
    actions: int = 0
    by_type: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    """Types the server keeps without knowing them."""
    position: str | int | None = None
    """Where the log stood after the last list."""


async def send(
    server: Server,
    place: Place,
    shipment: Shipment,
    progress: Callable[[Sent], None] = lambda _sent: None,
) -> Sent:
    """Sends all of it. Raises ServerError, and whatever reading the shipment's files raises.

    Broken off at any point and run again it ends the same, for every action has an id of its own.
    """
    sent = Sent()
    if await server.community(place.community) is None:
        await server.create(place.community, place.settings())
        sent.created = True
    # Each mark is a list of its own, so that no list is half history and half not.
    for batch in chain(
        lists([_mark(place, shipment, "started")]),
        lists(_counted(shipment, sent)),
        lists([_mark(place, shipment, "ended")]),
    ):
        answer = await server.send(batch)
        sent.actions += len(batch)
        sent.unknown.update(answer.get("unknown") or {})
        sent.position = answer.get("position")
        progress(sent)
    return sent


def _counted(shipment: Shipment, sent: Sent) -> Iterator[Wire]:
    for action in shipment.actions:
        sent.by_type[action["type"]] += 1
        yield action


def _mark(place: Place, shipment: Shipment, edge: str) -> Wire:
    # No time: the arrival counts, and a second run sends the very same bytes.
    return {
        "specversion": "1.0",
        "id": f"import/{shipment.name}/{edge}",
        "source": shipment.source,
        "type": f"import.{edge}",
        "community": place.community,
        "data": {"import": shipment.name, "source": shipment.source},
    }
