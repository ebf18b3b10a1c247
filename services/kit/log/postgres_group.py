"""Consumer groups of the log in PostgreSQL: leases in a table, renewed by their holders.

A member renews its row three times a session. Whoever looks at the group removes those who did
not, and takes its share of what is free; a member that finds itself removed has lost everything
it held, lets go and joins again. Decisions are made under a lock, one member at a time.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Protocol

from services.kit.log.port import Listener, LogUnavailableError, Record, check_position
from services.kit.log.postgres_watch import Watch
from services.kit.log.shares import settle
from services.kit.runtime.database import Connection
from services.kit.runtime.sql import load

Q = load(__file__)
_RETRY = 0.1


class Topic(Protocol):
    """What a member needs of the log that it reads."""

    id: int
    topic: str
    session: timedelta

    @property
    def watch(self) -> Watch: ...
    async def partitions(self) -> int: ...
    async def bounds(self, partition: int) -> tuple[int, int]: ...
    async def fetch(self, partition: int, start: int, stop: int) -> list[Record]: ...
    def connection(self) -> AbstractAsyncContextManager[Connection]: ...


class _ListenerError(Exception):
    """The listener raised; its error is the cause. Not to be taken for the log being away."""


class _Held:
    """A partition in our hands."""

    def __init__(self) -> None:
        self.next: int | None = None  # until the listener has said
        self.ahead: Sequence[Record] = []  # fetched and not yet handed out; under one fetch


class PostgresSubscription:
    """A member of a group in PostgreSQL."""

    def __init__(self, log: Topic, group: str, listener: Listener) -> None:
        self.name = secrets.token_hex(8)
        self._log = log
        self._group = group
        self._listener = listener
        self._held: dict[int, _Held] = {}
        self._reported: dict[int, int] = {}
        self._failed: BaseException | None = None
        self._renewed = time.monotonic()
        self._look: asyncio.Event | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def failed(self) -> BaseException | None:
        """Why the subscription can no longer work, or None."""
        return self._failed

    async def start(self) -> None:
        """Join the group; what is assigned follows in the background."""
        self._look = self._log.watch.group_event(self._group)
        self._look.set()
        self._tasks = [
            asyncio.create_task(self._share(self._look)),
            asyncio.create_task(self._renew(self._look)),
        ]

    async def stop(self) -> None:
        """Let go of everything and leave. Stopping twice is safe."""
        look, self._look = self._look, None
        if look is None:
            return
        self._log.watch.forget(self._group, look)
        sharing, renewing = self._tasks
        look.set()
        await asyncio.wait([sharing])
        await self._tell(self._drop(list(self._held)))
        renewing.cancel()
        await asyncio.wait([renewing])
        with contextlib.suppress(LogUnavailableError):
            await self._leave()

    async def take(self, partition: int, at_most: int, wait: float) -> Sequence[Record]:
        """See the port."""
        until = asyncio.get_running_loop().time() + wait
        while (held := self._held.get(partition)) is not None:
            grown = self._log.watch.grown(partition)
            if taken := await self._next(partition, held, at_most):
                return taken
            try:
                async with asyncio.timeout_at(until):
                    await grown.wait()
            except TimeoutError:
                return []
        await asyncio.sleep(0)  # who asks on and on for what is not held stops nobody else
        return []

    async def report(self, partition: int, following: int) -> None:
        """Kept until the next renewal, then written to `log.reported`."""
        self._reported[partition] = following

    async def _next(self, partition: int, held: _Held, at_most: int) -> Sequence[Record]:
        if self._expired() or held.next is None:
            return []
        if not held.ahead and self._log.watch.end(partition) > held.next:
            try:
                held.ahead = await self._log.fetch(partition, held.next, held.next + at_most)
            except LogUnavailableError:
                self._log.watch.wake_later(partition)
        if self._held.get(partition) is not held or not held.ahead:
            return []
        taken, held.ahead = held.ahead[:at_most], held.ahead[at_most:]
        held.next = taken[-1].offset + 1
        return taken

    def _expired(self) -> bool:
        """Whether others may have taken over: then nothing is handed out before we know."""
        return time.monotonic() - self._renewed > self._log.session.total_seconds()

    async def _renew(self, look: asyncio.Event) -> None:
        """Renew the membership, whatever else goes on; ask for a look when it is gone."""
        while True:
            asked = time.monotonic()
            try:
                async with self._log.connection() as db, db.transaction():
                    await db.execute("SET LOCAL synchronous_commit = off")
                    known = await db.execute(Q.renew, self._log.id, self._group, self.name)
                    await self._write_reports(db)
            except LogUnavailableError:
                await asyncio.sleep(_RETRY)
                continue
            if known == "UPDATE 1":
                self._trust(asked)
            look.set()
            await asyncio.sleep(self._log.session.total_seconds() / 3)

    def _trust(self, moment: float) -> None:
        """Our leases were good at `moment`; whoever waited for that looks again."""
        expired = self._expired()
        self._renewed = moment
        for partition in self._held if expired else ():
            self._log.watch.wake(partition)

    async def _write_reports(self, db: Connection) -> None:
        if self._reported:
            said, self._reported = self._reported, {}
            partitions, following = zip(*sorted(said.items()), strict=True)
            await db.execute(Q.report, self._log.id, self._group, partitions, following)

    async def _share(self, look: asyncio.Event) -> None:
        """Look at the group whenever it changed; hold what is our share and nothing else."""
        while True:
            await look.wait()
            if self._look is None:
                return
            look.clear()
            try:
                await self._settle()
            except LogUnavailableError:
                await asyncio.sleep(_RETRY)
                look.set()
            except Exception as error:  # noqa: BLE001 - whatever it is, it ends the subscription
                await self._fail(error)
                return

    async def _settle(self) -> None:
        async with self._log.connection() as db, db.transaction():
            release, leased = await self._decide(db)
        lost = self._drop([p for p in self._held if p not in leased])
        self._trust(time.monotonic())
        await self._tell(lost)
        if release:
            await self._tell(self._drop(release))
            async with self._log.connection() as db:
                await db.execute(Q.release, self._log.id, self._group, self.name, release)
            self._log.watch.regroup(self._group)
        for partition in sorted(leased - self._held.keys() - set(release)):
            await self._hold(partition)

    async def _decide(self, db: Connection) -> tuple[list[int], set[int]]:
        """What to let go of, and all that is leased to us now."""
        key = (self._log.id, self._group)
        await db.execute("SET LOCAL synchronous_commit = off")
        await db.execute(Q.lock_group, *key)
        changed = bool(await db.fetch(Q.expire_members, *key))
        members = {row["member"] for row in await db.fetch(Q.members, *key)}
        if self.name not in members:
            await db.execute(Q.join_group, *key, self.name, self._log.session)
            changed = True
        owners = {row["partition"]: row["member"] for row in await db.fetch(Q.leases, *key)}
        count = await self._log.partitions()
        move = settle(self.name, members | {self.name}, owners, count)
        await db.execute(Q.claim, *key, self.name, move.claim)
        if changed:
            self._log.watch.regroup(self._group)
        mine = {p for p, owner in owners.items() if owner == self.name}
        return move.release, mine | set(move.claim)

    async def _hold(self, partition: int) -> None:
        held = self._held[partition] = _Held()
        try:
            following = await self._listener.assigned(partition)
        except Exception as error:
            del self._held[partition]
            raise _ListenerError from error
        beginning, end = await self._bounds(partition)
        check_position(self._log.topic, partition, following, beginning, end)
        held.next = following
        self._log.watch.saw(partition, end)
        self._log.watch.wake(partition)

    async def _bounds(self, partition: int) -> tuple[int, int]:
        """The partition's beginning and end, as soon as the log answers."""
        while True:
            try:
                return await self._log.bounds(partition)
            except LogUnavailableError:
                await asyncio.sleep(_RETRY)

    def _drop(self, partitions: Iterable[int]) -> list[int]:
        """From now on nothing of these is handed out. Returns those that were held."""
        gone = [p for p in partitions if self._held.pop(p, None) is not None]
        for partition in gone:
            self._log.watch.wake(partition)
        return gone

    async def _tell(self, gone: Iterable[int]) -> None:
        for partition in gone:
            try:
                await self._listener.revoked(partition)
            except Exception as error:
                raise _ListenerError from error

    async def _leave(self) -> None:
        async with self._log.connection() as db:
            await db.execute(Q.leave, self._log.id, self._group, self.name)
        self._log.watch.regroup(self._group)

    async def _fail(self, error: Exception) -> None:
        self._failed = error.__cause__ if isinstance(error, _ListenerError) else error
        self._tasks[1].cancel()
        for partition in list(self._held):
            with contextlib.suppress(Exception):
                await self._tell(self._drop([partition]))
        with contextlib.suppress(LogUnavailableError):
            await self._leave()
