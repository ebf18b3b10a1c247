"""Events by their place in the log: what a ledger's entries name, and what is explained.

Tables keep the position of an event; its source and id stand in the log alone. Positions are read
in runs, and what was read is remembered: a place in the log never changes. A producer's id may
name who did it, such as `post/9/like/42`; of who is erased it is not shown.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Iterator

from services.api.tokens import ERASED
from services.kit.actions.event import Event
from services.kit.actions.read import UndecodableError, event_of
from services.kit.log.port import Log
from services.kit.members.directory import Directory

CACHED = 100_000
NEAR = 200
"""Positions closer than this are read in one run."""
AT_ONCE = 8
"""Runs read side by side."""

Name = tuple[str, str]
Read = tuple[str, str, int | None]
"""Source, id, and the token of who did it."""


class Events:
    """Looks into the actions log."""

    def __init__(self, log: Log, directory: Directory, cached: int = CACHED) -> None:
        self._log, self._directory, self._cached = log, directory, cached
        self._names: OrderedDict[tuple[int, int], Read] = OrderedDict()

    async def names(self, partition: int, offsets: Collection[int]) -> dict[int, Name]:
        """Source and id of the events at some positions; without those that cannot be read. The id
        is `erased` where who did it is."""
        missing = sorted({at for at in offsets if at >= 0 and (partition, at) not in self._names})
        wanted, at_once = set(missing), asyncio.Semaphore(AT_ONCE)

        async def read(start: int, stop: int) -> None:
            async with at_once:
                await self._read(partition, start, stop, wanted)

        await asyncio.gather(*(read(*run) for run in runs(missing)))
        known = {at: self._names.get((partition, at)) for at in offsets}
        self._forget()
        found = {at: read for at, read in known.items() if read is not None}
        gone = await self._directory.erased({read[2] for read in found.values()} - {None})
        return {at: (read[0], ERASED if read[2] in gone else read[1]) for at, read in found.items()}

    async def at(self, partition: int, offset: int) -> Event | None:
        """The event at a position; None for what cannot be read."""
        async for records in self._log.read(partition, offset, offset + 1):
            for record in records:
                try:
                    return event_of(record, partition)
                except UndecodableError:
                    return None
        return None

    async def log_time(self, partition: int, offset: int) -> int | None:
        """When the record at a position arrived; None where the log has none there."""
        if not 0 <= offset < await self._log.end(partition):
            return None
        event = await self.at(partition, offset)
        return None if event is None else event.arrived

    async def _read(self, partition: int, start: int, stop: int, wanted: set[int]) -> None:
        async for records in self._log.read(partition, start, stop):
            for record in records:
                if record.offset in wanted:
                    try:
                        event = event_of(record, partition)
                    except UndecodableError:
                        continue
                    self._names[partition, record.offset] = (event.source, event.id, event.member)

    def _forget(self) -> None:
        while len(self._names) > self._cached:
            self._names.popitem(last=False)


def runs(offsets: list[int]) -> Iterator[tuple[int, int]]:
    """Ranges (start, stop) that cover ascending offsets, near ones together."""
    start = last = None
    for offset in offsets:
        if start is not None and last is not None and offset - last > NEAR:
            yield start, last + 1
            start = offset
        start, last = (offset if start is None else start), offset
    if start is not None and last is not None:
        yield start, last + 1
