"""The outbox of decisions: written with the hold, appended to the log at least once."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from services.kit.log.port import Entry, Log
from services.kit.runtime import clock, database, sql
from services.kit.runtime.background import Background

Q = sql.load(__file__)
AT_ONCE = 500
LOOK_EVERY = 2.0
"""Seconds between looks for what nobody has appended."""
UNSENT_FOR = 5 * clock.SECOND
"""Whoever decided appends at once, and needs no help before."""
KEPT_FOR = 10 * clock.MINUTE
_encode = msgspec.json.Encoder(order="deterministic").encode


class Sending(NamedTuple):
    """An action on its way into a partition of the log."""

    partition: int
    entry: Entry


@dataclass(slots=True)
class Decision:
    """A redemption that was decided. `position` is None until the log has it."""

    redemption: str
    member: int
    """Token."""
    reward: str
    costs: dict[str, int]
    code: str | None
    valid_until: str | None
    position: int | None = None
    sending: Sending | None = None
    """What is to be appended; None where the log has it."""


async def put(
    db: database.Connection, community: int, decided_at: int, made: Sequence[Decision]
) -> None:
    """Write decisions, holds and outbox in one, inside the transaction of `db`."""
    sendings = [each.sending for each in made if each.sending is not None]
    await db.execute(
        Q.decide,
        community,
        sendings[0].partition,
        decided_at,
        [each.redemption for each in made],
        [each.member for each in made],
        [each.reward for each in made],
        [_encode(each.costs).decode() for each in made],
        [each.code for each in made],
        [each.valid_until for each in made],
        [sending.entry.key for sending in sendings],
        [sending.entry.value for sending in sendings],
    )


async def note_sent(
    db: database.Connection, community: int, redemptions: Sequence[str], positions: Sequence[int]
) -> None:
    """Remember where the log has actions. Lost in a crash, they are appended once more."""
    await db.execute(Q.sent, community, list(redemptions), list(positions))


class Outbox(Background):
    """Appends what a process that died, or one whose log was away, has left behind."""

    def __init__(self, dsn: str, log: Log, unsent_for: int = UNSENT_FOR) -> None:
        super().__init__("decisions")
        self._dsn, self._log, self._unsent_for = dsn, log, unsent_for

    async def work(self) -> None:
        """Look again and again."""
        db = await database.connect(self._dsn)
        try:
            while True:
                while await self.relay(db):
                    pass
                await db.execute(Q.prune, clock.now() - KEPT_FOR)
                await asyncio.sleep(LOOK_EVERY)
        finally:
            await db.close(timeout=2)

    async def relay(self, db: database.Connection) -> int:
        """Append what is unsent; how many went. Raises LogUnavailableError."""
        async with db.transaction():
            now = clock.now()
            rows = await db.fetch(Q.unsent, now - self._unsent_for, AT_ONCE, now)
            by_partition = defaultdict(list)
            for row in rows:
                by_partition[row["partition"]].append(row)
            for partition, theirs in by_partition.items():
                entries = [Entry(row["key"], row["value"]) for row in theirs]
                first = await self._log.append(partition, entries)
                for number, row in enumerate(theirs):
                    await note_sent(db, row["community"], [row["redemption"]], [first + number])
        return len(rows)
