"""Replaying the log into a generation that is not live: no fence, no facts, nobody is told.

What the live projection refused as a duplicate or set aside as dead is refused and set aside
here by position, so that a second table of ids is not filled and both end the same.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

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

    With `only`, a community's slug, what belongs to others just moves log time. `first` is folded
    before the log's own, and nothing of the types in `without` is: how it would have been.
    """

    projection: Projection
    schema: str
    partition: int
    sources: Sources
    only: str | None = None
    first: Sequence[Event] = ()
    without: frozenset[str] = frozenset()
    next: int = 0
    log_time: int = 0
    fold: Fold | None = None
    raised: int = field(default=0, init=False)
    """How many events the fold refused by raising."""

    async def run(
        self, db: Connection, stop: int, tell: Tell = lambda _: None, at_once: int | None = None
    ) -> None:
        """Fold up to, not including, offset `stop`.

        One transaction for `at_once` records, or for as many as the log gives at a time.
        """
        async for records in self._read(stop, at_once):
            async with db.transaction():
                await self.apply(db, records)
            tell(len(records))
        self.next = stop

    async def _read(self, stop: int, at_once: int | None) -> AsyncIterator[Sequence[Record]]:
        waiting: list[Record] = []
        async for records in self.sources.log.read(self.partition, self.next, stop):
            if at_once is None:
                yield records
                continue
            waiting += records
            while len(waiting) >= at_once:
                yield waiting[:at_once]
                del waiting[:at_once]
        if waiting:
            yield waiting

    async def apply(self, db: Connection, records: Sequence[Record]) -> None:
        """Fold some records inside the transaction of `db`."""
        await db.execute(f'SET LOCAL search_path = "{self.schema}"')
        begins = self.fold is None
        if self.fold is None:
            context = FoldContext(self.partition, True, self.sources.texts)
            self.fold = self.projection.opened(context)
            await self.fold.load(db, [], self.log_time)
        refused, unread = await self._refused(db, records)
        where = (self.partition, self.log_time, self.sources.communities)
        batch = await decode_batch(records, *where, unread, self.only)
        retries = await self._retries(db, batch.events)
        refused -= retries.keys()
        refused |= {event.offset for event in batch.events if event.type in self.without}
        if begins:
            batch.events[:0] = self.first
        outcome = await fold_batch(db, self.fold, batch, refused, retries)
        self.raised += sum(letter.reason == "fold" for letter in outcome.dead)
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
        return {
            at: retry.event for at, retry in found.items() if retry.event.type not in self.without
        }
