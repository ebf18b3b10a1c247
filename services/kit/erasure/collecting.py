"""What is known of a member's records before the key goes: how many, and what folds made of them.

The answers of folds are not guessed: the projections that read texts are replayed into scratch
tables, as a verification does it, and asked while they fold.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.kit.actions.event import Event
from services.kit.actions.read import UndecodableError, event_of
from services.kit.erasure.orders import Erasure
from services.kit.log.port import Log
from services.kit.members.opening import writer_of
from services.kit.projection.definition import Projection, Texts
from services.kit.projection.replay import Replay, Sources
from services.kit.projection.scratch import scratch

Tell = Callable[[int], None]
"""Told how many more records were read."""


@dataclass(slots=True)
class Found:
    """Of a member's records before the cut."""

    records: int = 0
    """What the member did."""
    texts: int = 0
    """How many records hold words under the member's key."""
    dead: list[int] = field(default_factory=list)
    """The offsets of those that were set aside as dead."""


async def survey(
    log: Log, erasure: Erasure, slug: str, dead: Collection[int], tell: Tell = lambda _: None
) -> Found:
    """Read the partition once, up to the cut, and count."""
    found = Found()
    async for records in log.read(erasure.partition, 0, erasure.cut):
        for record in records:
            try:
                event = event_of(record, erasure.partition)
            except UndecodableError:
                continue
            if event.community == slug:
                _count(found, event, erasure.token, dead)
        tell(len(records))
    return found


def _count(found: Found, event: Event, token: int, dead: Collection[int]) -> None:
    did = event.member == token
    wrote = event.sealed is not None and writer_of(event.sealed)[0] == token
    found.records += did
    found.texts += wrote
    if (did or wrote) and event.offset in dead:
        found.dead.append(event.offset)


class Listener:
    """Texts for a replay, which hears what the fold decides of those of one member."""

    def __init__(self, texts: Texts, token: int) -> None:
        self._texts, self._token = texts, token
        self._asked: list[Event] = []
        self._heard: dict[int, dict[str, Any]] = {}

    async def open(self, events: Sequence[Event]) -> None:
        """Opens them, as any; what `decided` answers for the member's own is written down."""
        await self._texts.open(events)
        for event in events:
            if event.opened and event.sealed and writer_of(event.sealed)[0] == self._token:
                event.verdicts = {}
                self._asked.append(event)

    def heard(self) -> dict[int, dict[str, Any]]:
        """What was decided so far, by offset."""
        for event in self._asked:
            if event.verdicts:
                self._heard.setdefault(event.offset, {}).update(event.verdicts)
        self._asked.clear()
        return self._heard


async def verdicts(
    projection: Projection,
    dsn: str,
    sources: Sources,
    erasure: Erasure,
    slug: str,
    tell: Tell = lambda _: None,
) -> dict[int, dict[str, Any]]:
    """What the projection decided of the member's texts before the cut, by offset."""
    listener = Listener(sources.texts, erasure.token)
    heard = replace(sources, texts=listener)
    replay = Replay(projection, "", erasure.partition, heard, slug)

    def told(read: int) -> None:
        listener.heard()
        tell(read)

    async with scratch(dsn, projection) as (db, schema):
        replay.schema = schema
        await replay.run(db, erasure.cut, told)
    return listener.heard()
