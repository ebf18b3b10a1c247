"""The owner of one partition of a projection: batch after batch, each one transaction.

Errors are of three kinds. The database or the log is away: wait and begin the batch again. The
partition has gone to another owner: drop everything. A record cannot be folded or written: it
goes to the dead letters and the rest goes on; unless so many cannot that the fault must be ours.

A database that crashed may come back without our last commits, which did not wait for the disk.
Position and rows are lost together, so nothing is wrong but that what the subscription handed
out must be folded again: it is read from the log once more, for a subscription never goes back.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

import structlog

from services.kit.actions.event import Event
from services.kit.actions.record import tick
from services.kit.log.port import Log, LogUnavailableError, Record, Subscription
from services.kit.projection import generations, metrics
from services.kit.projection.batch import Communities, Outcome, dead_letter, decode_batch
from services.kit.projection.definition import (
    NEVER,
    Connection,
    Fold,
    FoldContext,
    Projection,
    Texts,
)
from services.kit.projection.seen import Seen
from services.kit.projection.transaction import Claim, FencedError, Transaction, count
from services.kit.runtime import clock, database, sql

Q = sql.load(__file__)
LARGEST_BATCH = 4_000
WAIT = 0.25
"""Seconds a take waits before the worker looks at its timers."""
JUDGED = 1_000
"""Events over which the share of raising ones is judged."""
TOO_MANY = 0.05

logger = structlog.get_logger(__name__)


class TooManyRaisedError(Exception):
    """Over 5% of recent events raised: a fault of the fold, not poison. The partition stops."""


class PositionBeyondLogError(Exception):
    """The database is ahead of the log: restored beside an older log, or the wrong log."""


class CommitsLostError(Exception):
    """The tables stand before what was committed: the database crashed and lost the last of it."""


class Worker:
    """Owns `partition` from `open()` until `run()` ends. Connections come from `pool`."""

    def __init__(
        self,
        projection: Projection,
        partition: int,
        pool: database.Pool,
        log: Log,
        communities: Communities,
        texts: Texts,
        largest_batch: int = LARGEST_BATCH,
    ) -> None:
        self.projection, self.partition = projection, partition
        self._pool, self._log = pool, log
        self._communities, self._texts = communities, texts
        self._transaction = Transaction(Seen(projection.name), log, communities)
        self._largest = largest_batch
        self._claim = Claim(projection.name, 0, partition, 0, 0, 0)
        self._fold: Fold | None = None
        self._uncertain = False
        self._settled = 0
        """All that was handed out before this offset should be in the tables."""
        self._handed = 0
        """The offset after the last record that the subscription handed out."""
        self._stopping = asyncio.Event()
        self._asked_tick = 0
        self._raised: deque[bool] = deque(maxlen=JUDGED)
        self.waiting_since = 0
        """Arrival of the first record in hand and not yet folded; 0 when there is none."""
        self.healthy = True

    @property
    def next(self) -> int:
        """The first offset not yet folded."""
        return self._claim.next

    async def open(self) -> int:
        """Claim the partition in the live generation; the offset to read from.

        Raises PositionBeyondLogError, LogUnavailableError, and what a database that is away
        raises.
        """
        beginning = await self._log.beginning(self.partition)
        name = self.projection.name
        async with self._pool.acquire() as db, db.transaction():
            generation = await db.fetchval(Q.live_for_share, name)
            claimed = await db.fetch(Q.claim, name, generation, self.partition, beginning)
        following, epoch, log_time = claimed[0]
        # Asked after the claim: until then another owner may have moved on with a growing log.
        end = await self._log.end(self.partition)
        if following > end:
            raise PositionBeyondLogError(
                f"{name} stands at {following} of partition {self.partition}, but the log ends at"
                f" {end}. Restore the log that belongs to this database, or make the projection"
                f" anew from this log: hearth rebuild {name} --from-scratch"
            )
        self._claim = Claim(name, generation, self.partition, epoch, following, log_time)
        self._fold, self._uncertain = None, False
        return int(following)

    def stop(self) -> None:
        """End after the batch in flight."""
        self._stopping.set()

    @property
    def stopping(self) -> bool:
        """Whether it was told to end."""
        return self._stopping.is_set()

    def told(self, known: int, generation: int, tables: int) -> None:
        """What the tables say of our position, where we had known `known` before they were asked.

        Where they are behind they have lost commits; nobody else would tell an idle partition.
        """
        if generation == self._claim.generation and tables < known:
            self._uncertain = True

    async def run(self, subscription: Subscription) -> None:
        """Work until stopped. Raises FencedError, TooManyRaisedError.

        After a FencedError it may be opened and run anew: what was in hand is read again.
        """
        self._settled = self._handed
        while not self._stopping.is_set():
            if self._fold is None or self._uncertain:
                await self._warm_up()
            if self.next < self._settled:
                await self._fold_again()
            records = await subscription.take(self.partition, self._largest, WAIT)
            if records:
                self._handed = records[-1].offset + 1
                await self._apply_all(records)
                await subscription.report(self.partition, self.next)
            else:
                await self._idle()

    async def _fold_again(self) -> None:
        """Read what the tables have lost from the log, up to where the subscription is."""
        stop, self._settled = self._settled, self.next
        logger.warning(
            "commits were lost", projection=self.projection.name, next=self.next, again_to=stop
        )
        await self._patiently(lambda: self._read_again(stop))

    async def _read_again(self, stop: int) -> None:
        async for records in self._log.read(self.partition, self.next, stop):
            await self._apply_all(records)

    async def _apply_all(self, records: Sequence[Record]) -> None:
        size = len(records)
        while records and not self._stopping.is_set():
            part = records[:size]
            try:
                await self._patiently(lambda part=part: self._apply(part))  # type: ignore[misc]
            except FencedError:
                await self._patiently(self._follow_flip)
                continue
            except CommitsLostError:
                await self._fold_again()
                continue
            except TooManyRaisedError:
                raise
            except Exception as error:
                # The database is there and yet this cannot be written: halve the batch until
                # the record that is to blame stands alone.
                logger.exception("batch failed", projection=self.projection.name, size=len(part))
                if len(part) > 1:
                    size = len(part) // 2
                    continue
                cause = error
                await self._patiently(lambda: self._bury(part[0], cause))  # noqa: B023 - awaited here
            records = records[len(part) :]

    async def _warm_up(self) -> None:
        try:
            await self._patiently(self._warm)
        except FencedError:
            await self._patiently(self._follow_flip)

    async def _follow_flip(self) -> None:
        """Fenced: by a rebuild that flipped generations, or by a new owner (raises again)."""
        async with self._pool.acquire() as db:
            if await generations.live(db, self.projection.name) == self._claim.generation:
                metrics.FENCED.labels(self.projection.name).inc()
                raise FencedError
        await self.open()

    async def _patiently(self, work: Callable[[], Awaitable[None]]) -> None:
        pause = 0.1
        while not self._stopping.is_set():
            try:
                await work()
            except Exception as error:
                self._fold, self._uncertain = None, True  # its memory is of what was rolled back
                if not (database.is_away(error) or isinstance(error, LogUnavailableError)):
                    raise
                self.healthy = False
                metrics.RETRIES.labels(self.projection.name).inc()
                logger.warning("away", projection=self.projection.name, error=repr(error))
                await self.pause(pause)
                pause = min(pause * 2, 5.0)
            else:
                self.healthy = True
                return

    async def pause(self, seconds: float) -> None:
        """Wait, but no longer than until it is stopped."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _ready(self, db: Connection) -> Fold:
        schema = generations.schema_of(self.projection.name, self._claim.generation)
        await db.execute(f'SET LOCAL search_path = "{schema}"')
        if self._uncertain:
            await self._reread(db)
        if self._fold is None:
            self._fold = self.projection.opened(FoldContext(self.partition, False, self._texts))
        return self._fold

    async def _reread(self, db: Connection) -> None:
        """After an error: a commit whose answer was lost may have happened all the same."""
        claim = self._claim
        row = await db.fetchrow(Q.claimed, claim.projection, claim.generation, claim.partition)
        if row is None or row["epoch"] != claim.epoch:
            raise FencedError
        if row["next"] != claim.next:
            self._fold = None  # its memory is of what was lost
        claim.next, claim.log_time, self._uncertain = row["next"], row["log_time"], False

    async def _warm(self) -> None:
        """Load without events, so that the timers of an idle partition are known."""
        async with self._pool.acquire() as db, db.transaction():
            fold = await self._ready(db)
            await fold.load(db, [], self._claim.log_time)

    async def _apply(self, records: Sequence[Record]) -> None:
        async with self._pool.acquire() as db, db.transaction():
            fold = await self._ready(db)
            claim = self._claim
            if claim.next < self._settled:
                raise CommitsLostError
            records = [record for record in records if record.offset >= claim.next]
            if not records:
                return
            batch = await decode_batch(records, self.partition, claim.log_time, self._communities)
            self.waiting_since = batch.events[0].arrived if batch.events else 0
            outcome, duplicates = await self._transaction.apply(db, claim, fold, batch)
            self._judge(len(batch.events), outcome)
        claim.next, claim.log_time, self.waiting_since = batch.next, batch.log_time, 0
        self._settled = max(self._settled, claim.next)
        count(self.projection.name, len(records), outcome, duplicates)
        self._tell(outcome)

    def _judge(self, folded: int, outcome: Outcome) -> None:
        raised = sum(1 for letter in outcome.dead if letter.reason in ("fold", "write"))
        self._raised.extend([False] * min(folded - raised, JUDGED))
        self._raised.extend([True] * raised)
        if raised and sum(self._raised) > TOO_MANY * JUDGED:
            raise TooManyRaisedError(
                f"{sum(self._raised)} of the last {len(self._raised)} events of partition"
                f" {self.partition} raised in {self.projection.name}; the last:"
                f" {outcome.dead[-1].detail}. The partition stands still until that is mended."
            )

    async def _bury(self, record: Record, error: Exception) -> None:
        async with self._pool.acquire() as db, db.transaction():
            await self._ready(db)
            batch = await decode_batch(
                [record], self.partition, self._claim.log_time, self._communities
            )
            unknown = Event(type="", id="", source="", time=0, arrived=0, offset=record.offset)
            event = batch.events[0] if batch.events else unknown
            letter = dead_letter(event, "write", repr(error))
            outcome = await self._transaction.bury(db, self._claim, batch, letter)
            self._judge(1, outcome)
        self._claim.next, self._claim.log_time = batch.next, batch.log_time
        count(self.projection.name, 1, outcome, [])
        self._tell(outcome)

    def _tell(self, outcome: Outcome) -> None:
        for letter in outcome.dead:
            logger.error(
                "dead letter",
                projection=self.projection.name,
                partition=self.partition,
                offset=letter.offset,
                type=letter.type,
                reason=letter.reason,
                detail=letter.detail,
            )

    async def _idle(self) -> None:
        """Nothing arrives: where a timer is due by the clock, say so in the log."""
        due, now = (self._fold.next_due if self._fold else NEVER), clock.now()
        if due <= now and due != self._asked_tick:
            try:
                await self._log.append(self.partition, [tick(self.partition, now)])
                self._asked_tick = due
            except LogUnavailableError as error:
                logger.warning("away", projection=self.projection.name, error=repr(error))
                await self.pause(1)

    async def lag(self) -> int:
        """Records not yet folded."""
        lag = max(0, await self._log.end(self.partition) - self.next)
        metrics.LAG_EVENTS.labels(self.projection.name, str(self.partition)).set(lag)
        return lag
