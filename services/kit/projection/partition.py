"""The tables' side of one partition: what is held of it, and each batch as one transaction.

A database that crashed may come back without our last commits, which did not wait for the disk.
Position and rows are lost together, so nothing is wrong but that what the subscription handed
out must be folded again.
"""

from collections import deque
from collections.abc import Sequence

import structlog

from services.kit.actions.event import Event
from services.kit.log.port import Log, Record
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
from services.kit.runtime import database, sql

Q = sql.load(__file__)
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


class Partition:
    """One partition of a projection, from `open()` on. Connections come from `pool`."""

    def __init__(
        self,
        projection: Projection,
        number: int,
        pool: database.Pool,
        log: Log,
        communities: Communities,
        texts: Texts,
    ) -> None:
        self.projection, self.number = projection, number
        self._pool, self._log = pool, log
        self._communities, self._texts = communities, texts
        self._transaction = Transaction(Seen(projection.name), log, communities)
        self._claim = Claim(projection.name, 0, number, 0, 0, 0)
        self._fold: Fold | None = None
        self._uncertain = False
        self._raised: deque[bool] = deque(maxlen=JUDGED)
        self.settled = 0
        """All that was handed out before this offset should be in the tables."""
        self.waiting_since = 0
        """Arrival of the first record in hand and not yet folded; 0 when there is none."""

    @property
    def next(self) -> int:
        """The first offset not yet folded."""
        return self._claim.next

    @property
    def next_due(self) -> int:
        """Log time of the earliest timer."""
        return self._fold.next_due if self._fold else NEVER

    @property
    def cold(self) -> bool:
        """Whether memory must be read from the tables before anything else."""
        return self._fold is None or self._uncertain

    async def open(self) -> int:
        """Claim the partition in the live generation; the offset to read from.

        Raises PositionBeyondLogError, OtherVersionError, LogUnavailableError, and what a
        database that is away raises.
        """
        beginning = await self._log.beginning(self.number)
        name = self.projection.name
        async with self._pool.acquire() as db, db.transaction():
            generation, version = await generations.hold_live(db, name)
            if not self.projection.folds(version):
                raise generations.OtherVersionError(self.projection, version)
            claimed = await db.fetch(Q.claim, name, generation, self.number, beginning)
        following, epoch, log_time = claimed[0]
        # Asked after the claim: until then another owner may have moved on with a growing log.
        end = await self._log.end(self.number)
        if following > end:
            raise PositionBeyondLogError(
                f"{name} stands at {following} of partition {self.number}, but the log ends at"
                f" {end}: this database is newer than this log. Restore the log that belongs to"
                " it, or a backup of the database that is not newer than the log."
            )
        self._claim = Claim(name, generation, self.number, epoch, following, log_time)
        self._fold, self._uncertain = None, False
        return int(following)

    def forget(self) -> None:
        """Something failed: memory is of what was rolled back, and the position is uncertain."""
        self._fold, self._uncertain = None, True

    def told(self, known: int, generation: int, tables: int) -> None:
        """What the tables say of our position, where we had known `known` before they were asked.

        Where they are behind they have lost commits; nobody else would tell an idle partition.
        """
        if generation == self._claim.generation and tables < known:
            self._uncertain = True

    async def follow_flip(self) -> None:
        """Fenced: by a rebuild that flipped generations, or by a new owner (raises again)."""
        async with self._pool.acquire() as db:
            if await generations.live(db, self.projection.name) == self._claim.generation:
                metrics.FENCED.labels(self.projection.name).inc()
                raise FencedError
        await self.open()

    async def _ready(self, db: Connection) -> Fold:
        schema = generations.schema_of(self.projection.name, self._claim.generation)
        await db.execute(f'SET LOCAL search_path = "{schema}"')
        if self._uncertain:
            await self._reread(db)
        if self._fold is None:
            self._fold = self.projection.opened(FoldContext(self.number, False, self._texts))
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

    async def warm(self) -> None:
        """Load without events, so that the timers of an idle partition are known."""
        async with self._pool.acquire() as db, db.transaction():
            fold = await self._ready(db)
            await fold.load(db, [], self._claim.log_time)

    async def apply(self, records: Sequence[Record]) -> None:
        """Fold what of `records` is not folded yet. Raises FencedError, CommitsLostError,
        TooManyRaisedError."""
        async with self._pool.acquire() as db, db.transaction():
            fold = await self._ready(db)
            claim = self._claim
            if claim.next < self.settled:
                raise CommitsLostError
            records = [record for record in records if record.offset >= claim.next]
            if not records:
                return
            batch = await decode_batch(records, self.number, claim.log_time, self._communities)
            self.waiting_since = batch.events[0].arrived if batch.events else 0
            outcome, duplicates = await self._transaction.apply(db, claim, fold, batch)
            self._judge(len(batch.events), outcome)
        claim.next, claim.log_time, self.waiting_since = batch.next, batch.log_time, 0
        self.settled = max(self.settled, claim.next)
        count(self.projection.name, len(records), outcome, duplicates)
        self._tell(outcome)

    async def bury(self, record: Record, error: Exception) -> None:
        """Pass over a record that alone cannot be written. Raises TooManyRaisedError."""
        async with self._pool.acquire() as db, db.transaction():
            await self._ready(db)
            batch = await decode_batch(
                [record], self.number, self._claim.log_time, self._communities
            )
            unknown = Event(type="", id="", source="", time=0, arrived=0, offset=record.offset)
            event = batch.events[0] if batch.events else unknown
            letter = dead_letter(event, "write", repr(error))
            outcome = await self._transaction.bury(db, self._claim, batch, letter)
            self._judge(1, outcome)
        self._claim.next, self._claim.log_time = batch.next, batch.log_time
        self.settled = max(self.settled, batch.next)
        count(self.projection.name, 1, outcome, [])
        self._tell(outcome)

    def _judge(self, folded: int, outcome: Outcome) -> None:
        raised = sum(1 for letter in outcome.dead if letter.reason in ("fold", "write"))
        self._raised.extend([False] * min(folded - raised, JUDGED))
        self._raised.extend([True] * raised)
        if raised and sum(self._raised) > TOO_MANY * JUDGED:
            raise TooManyRaisedError(
                f"{sum(self._raised)} of the last {len(self._raised)} events of partition"
                f" {self.number} raised in {self.projection.name}; the last:"
                f" {outcome.dead[-1].detail}. The partition stands still until that is mended."
            )

    def _tell(self, outcome: Outcome) -> None:
        for letter in outcome.dead:
            logger.error(
                "dead letter",
                projection=self.projection.name,
                partition=self.number,
                offset=letter.offset,
                type=letter.type,
                reason=letter.reason,
                detail=letter.detail,
            )
