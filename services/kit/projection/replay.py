"""Replaying the log into a generation that is not live: no fence, no facts, nobody is told.

What the live projection refused as a duplicate or set aside as dead is refused and set aside
here by position, so that a second table of ids is not filled and both end the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.kit.actions.event import Event
from services.kit.log.port import Log, Record
from services.kit.projection.batch import Communities, decode_batch, fold_batch
from services.kit.projection.definition import Connection, Fold, FoldContext, Projection, Texts
from services.kit.projection.retries import UNREAD, brought_back
from services.kit.runtime import sql

Q = sql.load(__file__)
Tell = Callable[[int], None]
"""Told how many more records are folded."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a replay reads: the log, the registry, and the texts."""

    log: Log
    communities: Communities
    texts: Texts


@dataclass(slots=True)
class Replay:
    """The replay of one partition into `schema`, on a connection of its own.

    With `only`, a community's number, what belongs to others just moves log time.
    """

    projection: Projection
    schema: str
    partition: int
    sources: Sources
    only: int | None = None
    next: int = 0
    log_time: int = 0
    fold: Fold | None = None

    async def run(self, db: Connection, stop: int, tell: Tell = lambda _: None) -> None:
        """Fold up to, not including, offset `stop`; one transaction a batch."""
        async for records in self.sources.log.read(self.partition, self.next, stop):
            async with db.transaction():
                await self.apply(db, records)
            tell(len(records))
        self.next = stop

    async def apply(self, db: Connection, records: Sequence[Record]) -> None:
        """Fold some records inside the transaction of `db`."""
        await db.execute(f'SET LOCAL search_path = "{self.schema}"')
        if self.fold is None:
            context = FoldContext(self.partition, True, self.sources.texts)
            self.fold = self.projection.opened(context)
            await self.fold.load(db, [], self.log_time)
        refused, unread = await self._refused(db, records)
        batch = await decode_batch(
            records, self.partition, self.log_time, self.sources.communities, unread
        )
        retries = await self._retries(db, batch.events)
        refused -= retries.keys()
        if self.only is not None:
            refused |= {event.offset for event in batch.events if event.key != self.only}
        await fold_batch(db, self.fold, batch, refused, retries)
        self.next, self.log_time = batch.next, batch.log_time

    async def _refused(
        self, db: Connection, records: Sequence[Record]
    ) -> tuple[set[int], dict[int, str]]:
        """What the live projection refused or set aside, and why of what it could not read."""
        span = (self.projection.name, self.partition, records[0].offset, records[-1].offset + 1)
        duplicates = await db.fetch(Q.duplicates, *span)
        dead = await db.fetch(Q.dead, *span)
        refused = {row["offset"] for row in duplicates} | {row["offset"] for row in dead}
        return refused, {row["offset"]: row["reason"] for row in dead if row["reason"] in UNREAD}

    async def _retries(self, db: Connection, events: Sequence[Event]) -> dict[int, Event]:
        found = await brought_back(
            db,
            self.sources.log,
            self.projection.name,
            events,
            self.sources.communities,
            replay=True,
        )
        return {at: retry.event for at, retry in found.items()}
