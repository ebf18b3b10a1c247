"""The transaction of one batch: fence, deduplicate, fold, write, facts; together or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass

from msgspec.structs import replace

from services.kit.actions.event import TICK
from services.kit.log.port import Log
from services.kit.projection import metrics
from services.kit.projection.batch import (
    Batch,
    Communities,
    DeadLetter,
    Outcome,
    encode_fact,
    fold_batch,
)
from services.kit.projection.definition import Connection, Fold
from services.kit.projection.retries import Retry, brought_back
from services.kit.projection.seen import Duplicate, Seen
from services.kit.runtime import sql

Q = sql.load(__file__)


class FencedError(Exception):
    """The partition belongs to another owner now, or another generation is live."""


@dataclass(slots=True)
class Claim:
    """What an owner holds: a partition of a generation from `next` on, in an epoch."""

    projection: str
    generation: int
    partition: int
    epoch: int
    next: int
    log_time: int


async def fence(db: Connection, claim: Claim, batch: Batch) -> None:
    """Move the position over the batch. Raises FencedError when the claim no longer holds."""
    status = await db.execute(
        Q.fence,
        claim.projection,
        claim.generation,
        claim.partition,
        claim.epoch,
        claim.next,
        batch.next,
        batch.log_time,
    )
    if status != "UPDATE 1":
        raise FencedError


class Transaction:
    """Applies batches of one partition; `seen` and `log` serve deduplication and retries."""

    def __init__(self, seen: Seen, log: Log, communities: Communities) -> None:
        self._seen, self._log, self._communities = seen, log, communities

    async def apply(
        self, db: Connection, claim: Claim, fold: Fold, batch: Batch
    ) -> tuple[Outcome, list[Duplicate]]:
        """All of it, inside the transaction that `db` is in. Raises FencedError."""
        await fence(db, claim, batch)
        events = [event for event in batch.events if event.type != TICK]
        duplicates = await self._seen.add(db, events)
        refused = {duplicate.event.offset for duplicate in duplicates}
        fresh = [event for event in events if event.offset not in refused]
        retries = await brought_back(
            db, self._log, claim.projection, fresh, self._communities, replay=False
        )
        duplicates += await self._seen_elsewhere(db, claim, retries)
        brought = {at: retry.event for at, retry in retries.items()}
        outcome = await fold_batch(db, fold, batch, refused, brought)
        await self._conclude(db, claim, retries, outcome)
        await note_duplicates(db, claim, duplicates)
        await note_dead(db, claim, outcome)
        await note_facts(db, claim, outcome)
        return outcome, duplicates

    async def _seen_elsewhere(
        self, db: Connection, claim: Claim, retries: dict[int, Retry]
    ) -> list[Duplicate]:
        """Takes out retries of what has come in under its id by another record meanwhile."""
        unread = {at: retry for at, retry in retries.items() if retry.unread}
        found = []
        for at, retry in unread.items():
            # Remembered at its own place: tried again, it is known to be the same.
            original = replace(retry.event, offset=retry.original)
            for duplicate in await self._seen.add(db, [original]):
                found.append(duplicate)
                why = f"retried at {at}: another record of this id was folded before"
                await db.execute(
                    Q.raised_again, claim.projection, claim.partition, retry.original, why
                )
                del retries[at]
        return found

    async def _conclude(
        self, db: Connection, claim: Claim, retries: dict[int, Retry], outcome: Outcome
    ) -> None:
        """Which retries folded; the letters of the others say how it went."""
        for letter in outcome.failed_retries:
            original, why = retries.pop(letter.offset).original, f"retried at {letter.offset}: "
            await db.execute(
                Q.raised_again, claim.projection, claim.partition, original, why + letter.detail
            )
        outcome.retried = {retry.original: at for at, retry in retries.items()}

    async def bury(self, db: Connection, claim: Claim, batch: Batch, letter: DeadLetter) -> Outcome:
        """Pass over a record that alone cannot be written."""
        await fence(db, claim, batch)
        await self._seen.add(db, batch.events)
        outcome = Outcome(dead=[letter])
        await note_dead(db, claim, outcome)
        return outcome


async def note_duplicates(db: Connection, claim: Claim, duplicates: Sequence[Duplicate]) -> None:
    """Remember the refused positions; a rebuild refuses the same."""
    if duplicates:
        await db.execute(
            Q.add_duplicates,
            claim.projection,
            claim.partition,
            [duplicate.event.offset for duplicate in duplicates],
            [duplicate.conflicting for duplicate in duplicates],
        )


async def note_dead(db: Connection, claim: Claim, outcome: Outcome) -> None:
    """Write dead letters, and which of them a retry has brought back."""
    if outcome.dead:
        rows = [(d.offset, d.community, d.type, d.reason, d.detail, d.at) for d in outcome.dead]
        columns = map(list, zip(*rows, strict=True))
        await db.execute(Q.add_dead, claim.projection, claim.partition, *columns)
    for original, at in outcome.retried.items():
        await db.execute(Q.retried, claim.projection, claim.partition, original, at)


async def note_facts(db: Connection, claim: Claim, outcome: Outcome) -> None:
    """Put facts into the outbox and wake who waits for them."""
    if outcome.facts:
        rows = [
            (at, n, fact.community, fact.id, fact.type, fact.at, encode_fact(fact.data).decode())
            for at, n, fact in outcome.facts
        ]
        columns = map(list, zip(*rows, strict=True))
        await db.execute(Q.add_facts, claim.projection, claim.partition, *columns)
        await db.execute(Q.announce, claim.projection)


def count(name: str, taken: int, outcome: Outcome, duplicates: Sequence[Duplicate]) -> None:
    """Tell Prometheus, once the batch is committed."""
    metrics.EVENTS.labels(name).inc(taken)
    metrics.BATCH.labels(name).set(taken)
    for duplicate in duplicates:
        metrics.DUPLICATES.labels(name, str(duplicate.conflicting).lower()).inc()
    if outcome.unknown:
        metrics.UNKNOWN.labels(name).inc(outcome.unknown)
    for letter in outcome.dead:
        metrics.DEAD_LETTERS.labels(name, letter.reason).inc()
