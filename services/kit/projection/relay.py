"""The relay: what a projection concluded, and what it set aside, exported to the log's topics.

At least once: the place is remembered after the append, so a death in between repeats some, and
a repeat carries the same id. One process relays a projection at a time, by an advisory lock.
"""

import asyncio
from itertools import groupby
from typing import Any

import msgspec
import structlog

from services.kit.log.port import Entry, Log
from services.kit.runtime import clock, database, sql
from services.kit.runtime.background import Background

Q = sql.load(__file__)
AT_ONCE = 500
logger = structlog.get_logger(__name__)
_encode = msgspec.json.Encoder().encode


class Relay(Background):
    """Exports the facts and dead letters of one projection."""

    def __init__(
        self, projection: str, dsn: str, facts: Log, dead_letters: Log, every: float = 0.5
    ) -> None:
        super().__init__(f"relay-{projection}")
        self._projection, self._dsn, self._every = projection, dsn, every
        self._facts, self._dead_letters = facts, dead_letters
        self._woken = asyncio.Event()

    async def work(self) -> None:
        """Once it is this process's turn, export whatever comes."""
        db = await database.connect(self._dsn)
        try:
            while not await db.fetchval(Q.try_relaying, self._projection):  # noqa: ASYNC110
                await asyncio.sleep(5)
            await db.add_listener("hearth_facts", self._wake)
            while True:
                if not await self.relay(db):
                    await self._nap()
        finally:
            await db.close(timeout=2)

    def _wake(self, _db: object, _pid: int, _channel: str, projection: object) -> None:
        if projection == self._projection:
            self._woken.set()

    async def _nap(self) -> None:
        # Not wait_for: in Python 3.11 that swallows a cancellation which comes with the waking.
        try:
            async with asyncio.timeout(20 * self._every):
                await self._woken.wait()
        except TimeoutError:
            return
        self._woken.clear()

    async def relay(self, db: database.Connection) -> int:
        """Export what is new, of every partition; how many went."""
        asked = (self._projection, await self._facts.partitions(), AT_ONCE)
        facts = await db.fetch(Q.facts_to_relay, *asked)
        for partition, rows in groupby(facts, _partition):
            await self._relay_facts(db, partition, list(rows))
        dead = await db.fetch(Q.dead_to_relay, *asked)
        for partition, rows in groupby(dead, _partition):
            await self._relay_dead(db, partition, list(rows))
        return len(facts) + len(dead)

    async def _relay_facts(self, db: database.Connection, partition: int, rows: list[Any]) -> None:
        entries = [
            Entry(
                row["slug"].encode(),
                _encode(
                    {
                        "specversion": "1.0",
                        "id": row["id"],
                        "source": f"hearth/{self._projection}",
                        "type": row["type"],
                        "time": clock.rfc3339(row["at"]),
                        "community": row["slug"],
                        "data": msgspec.Raw(row["data"].encode()),
                    }
                ),
            )
            for row in rows
        ]
        await self._facts.append(partition, entries)
        last = rows[-1]
        await db.execute(
            Q.put_relay, self._projection, partition, "facts", last["offset"], last["n"]
        )

    async def _relay_dead(self, db: database.Connection, partition: int, rows: list[Any]) -> None:
        entries = [
            Entry(
                self._projection.encode(),
                _encode({"projection": self._projection, **dict(row.items())}),
            )
            for row in rows
        ]
        await self._dead_letters.append(partition, entries)
        last = rows[-1]["offset"]
        await db.execute(Q.put_relay, self._projection, partition, "dead_letters", last, 0)


def _partition(row: Any) -> int:
    partition: int = row["partition"]
    return partition
