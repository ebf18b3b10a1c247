"""The notifier: a part of the alerts service that empties the outbox, beside the folds.

Attempts run each in a task of its own, at most a few for one receiver, so that a slow one never
delays another. One process works at a time, by an advisory lock that dies with its connection.
"""

import asyncio
import contextlib
from collections import Counter

import aiohttp
import asyncpg
import structlog

from services.alerts.notify import outbox
from services.alerts.notify.commands import owner
from services.alerts.notify.webhook import backoff
from services.alerts.notify.webhook.addresses import connector
from services.alerts.notify.webhook.attempt import Outcome, Result, attempt
from services.kit.runtime import clock, database, sql
from services.kit.runtime.background import Background
from services.kit.runtime.secrets import UnreadableSecretError, Vault

Q = sql.load(__file__)
PER_RECEIVER = 4
AT_ONCE = 64
REST = 5.0
"""Seconds between looks where nothing wakes it."""

logger = structlog.get_logger(__name__)
Receiver = tuple[int, str]


class Notifier(Background):
    """Start, stop; stopping twice is safe. `anywhere` allows http to loopback addresses."""

    def __init__(self, dsn: str, vault: Vault, *, anywhere: bool = False) -> None:
        super().__init__("notifier")
        self._dsn, self._vault, self._anywhere = dsn, vault, anywhere
        self._woken = asyncio.Event()
        self._attempts: dict[str, asyncio.Task[None]] = {}
        self._busy: Counter[Receiver] = Counter()
        self._writing = asyncio.Lock()

    async def work(self) -> None:
        """Once it is this process's turn, deliver what is due. Attempts under way are cut off at
        the end and made again after the next start."""
        db = await database.connect(self._dsn)
        try:
            while not await db.fetchval(Q.try_leading):  # noqa: ASYNC110 - a lock has no event
                await asyncio.sleep(REST)
            await db.add_listener("hearth_facts", self._wake)
            async with aiohttp.ClientSession(connector=connector(self._anywhere)) as session:
                while True:
                    self._woken.clear()
                    await self.look(db, session)
                    await self._nap(db)
        finally:
            for task in self._attempts.values():
                task.cancel()
            await asyncio.gather(*self._attempts.values(), return_exceptions=True)
            await db.close(timeout=2)

    def _wake(self, *_: object) -> None:
        self._woken.set()

    async def _nap(self, db: database.Connection) -> None:
        async with self._writing:
            due = await db.fetchval(Q.next_due, list(self._attempts))
        rest = REST if due is None else min(REST, max(0.05, (due - clock.now()) / clock.SECOND))
        # Not wait_for: in Python 3.11 that swallows a cancellation which comes with the waking.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(rest):
                await self._woken.wait()

    async def look(self, db: database.Connection, session: aiohttp.ClientSession) -> None:
        """Take in new facts, and begin the attempts that are due."""
        async with self._writing:
            while await outbox.fill(db):
                pass
            full = [key for key, count in self._busy.items() if count >= PER_RECEIVER]
            free, now = AT_ONCE - len(self._attempts), clock.now()
            rows = await db.fetch(
                Q.due,
                now,
                list(self._attempts),
                [community for community, _ in full],
                [channel for _, channel in full],
                max(0, free),
                now + backoff.LONGEST * clock.SECOND,
            )
        for row in rows:
            receiver = (row["community"], row["channel"])
            if self._busy[receiver] < PER_RECEIVER:
                self._busy[receiver] += 1
                self._attempts[row["id"]] = asyncio.create_task(self._try(db, session, row))

    async def _try(
        self, db: database.Connection, session: aiohttp.ClientSession, row: asyncpg.Record
    ) -> None:
        receiver = (row["community"], row["channel"])
        try:
            outcome = await self._send(session, row)
            async with self._writing:
                await self._note(db, row, outcome)
        finally:
            self._busy[receiver] -= 1
            self._attempts.pop(row["id"], None)
            self._woken.set()

    async def _send(self, session: aiohttp.ClientSession, row: asyncpg.Record) -> Outcome:
        try:
            sealed_for = owner(row["community"], row["channel"])
            secret = self._vault.open(row["secret"], sealed_for).decode()
        except UnreadableSecretError:
            return Outcome(Result.RETRY, "the secret was sealed under another master key")
        return await attempt(
            session, row["url"], secret, row["id"], row["body"].encode(), anywhere=self._anywhere
        )

    async def _note(self, db: database.Connection, row: asyncpg.Record, outcome: Outcome) -> None:
        now, delivered = clock.now(), outcome.result is Result.DELIVERED
        async with db.transaction():
            await self._settle(db, row, outcome, now)
            receiver = (row["community"], row["channel"])
            await db.execute(Q.noted, *receiver, now, outcome.said, delivered)

    async def _settle(
        self, db: database.Connection, row: asyncpg.Record, outcome: Outcome, now: int
    ) -> None:
        id_ = row["id"]
        if outcome.result is Result.DELIVERED:
            await db.execute(Q.delivered, id_, now, outcome.said)
            return
        logger.warning("not delivered", delivery=id_, said=outcome.said)
        if outcome.result is Result.GONE:
            await db.execute(Q.disable, row["community"], row["channel"], now, outcome.said)
            return
        rest = backoff.wait(id_, row["attempts"] + 1, outcome.wait)
        if rest is None:
            await db.execute(Q.given_up, id_, now, outcome.said)
        else:
            await db.execute(Q.again, id_, now + int(rest * clock.SECOND), outcome.said)
