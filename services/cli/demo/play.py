"""Telling the tale to a server: the past in lists, then every action at its own time."""

from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from services.cli.demo import sights, tale
from services.importers.batches import lists
from services.importers.server import RefusedError, Server
from services.importers.shipment import Wire
from services.importers.target import Target
from services.kit.runtime import clock

LIST = 100
"""Actions of the past in a list: small, so that the club is seen to live."""
SOON = 15 * clock.SECOND
"""Between the end of the past and the first complaint."""


@dataclass(frozen=True, slots=True)
class World:
    """What is not the story: time, and the terminal."""

    now: Callable[[], int]
    wait: Callable[[float], Awaitable[None]]
    say: Callable[[str], None]
    bar: Callable[[str], AbstractContextManager[Callable[[int, int], None]]]
    """Opens a progress bar under a title: what it gives is told how many of how many are done."""


async def play(server: Server, target: Target, world: World) -> None:
    """The whole demo; returns when the story ends, days later. Raises ServerError.

    Started again it goes on: what was sent before is the same and changes nothing, what
    happened meanwhile is sent late, and there is a new outbreak.
    """
    start = await _begun(server, world)
    told_until = world.now()
    await _past(server, start, told_until, world)
    world.say(sights.life(target, tale.past(start, start).cast.host))
    outbreak = world.now() + SOON
    story = tale.present(start, world.now(), outbreak).actions
    world.say(f"\nThe club lives on; complaints will come {SOON // clock.SECOND} seconds from now.")
    await _live(server, target, _since(story, told_until), outbreak, world)


async def _begun(server: Server, world: World) -> int:
    """Where the story starts: counted from the community's creation, so that it stays the same."""
    known = await server.community(tale.COMMUNITY)
    if known is None:
        known = await server.create(tale.COMMUNITY, tale.PLACE)
    created = known.get("created_at")
    return tale.start_of(clock.parse_rfc3339(created) if created else world.now())


async def _past(server: Server, start: int, now: int, world: World) -> None:
    total, sent = sum(1 for _ in tale.past(start, now).actions), 0
    with world.bar("the club's past") as tell:
        for batch in lists(tale.past(start, now).actions, LIST):
            await server.send(batch)
            sent += len(batch)
            tell(sent, total)


def _since(actions: Iterable[Wire], at: int) -> Iterator[Wire]:
    return (action for action in actions if clock.parse_rfc3339(action["time"]) >= at)


async def _live(
    server: Server, target: Target, actions: Iterator[Wire], outbreak: int, world: World
) -> None:
    complaints, told = 0, False
    for action in actions:
        ahead = clock.parse_rfc3339(action["time"]) - world.now()
        if ahead > 0:
            await world.wait(ahead / clock.SECOND)
        await server.send(next(lists([action])))
        if action["type"] == "complaint.filed" and not told:
            complaints += 1
            world.say(f"{complaints:>3}. complaint, {action['member']}: {action['data']['text']}")
        if complaints and not told and (incident := await _opened(server, outbreak)):
            told = True
            world.say("\nA P1 is open. Its steps are due:")
            world.say(sights.crisis(target, incident))


async def _opened(server: Server, since: int) -> dict[str, Any] | None:
    """The incident of highest priority that was found since."""
    try:
        answer = await server.read(f"/v1/communities/{tale.COMMUNITY}/incidents")
    except RefusedError:
        return None  # the club's life does not hang on our looking
    return next((each for each in answer.get("items", []) if _urgent(each, since)), None)


def _urgent(incident: dict[str, Any], since: int) -> bool:
    detected = incident.get("detected_at")
    urgent = str(incident.get("priority")).lstrip("P") == "1"
    return urgent and bool(detected) and clock.parse_rfc3339(str(detected)) >= since
