"""What a conformance test needs of an adapter beside the port, and a listener that keeps book."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Protocol

from services.kit.log.port import Entry, Log, LogUnavailableError, Record, Subscription

PARTITIONS = 4
PATIENCE = 60.0  # seconds; only a failure takes this long


class World(Protocol):
    """One topic of PARTITIONS partitions, as several processes see it."""

    def open(self) -> Log:
        """Another process's log on the same topic, not yet started; appends give up in 2 s."""

    async def vanish(self, subscription: Subscription) -> None:
        """Make `subscription` fall silent, as though its process had been frozen."""

    async def lose(self) -> None:
        """Take the log away without warning."""

    async def restore(self) -> None:
        """Bring it back."""


class Book:
    """A listener that remembers. `start_at` has the offsets to name, 0 for the others."""

    def __init__(self, start_at: dict[int, int] | None = None) -> None:
        self.start_at = start_at or {}
        self.held: set[int] = set()
        self.calls: list[tuple[str, int]] = []
        self.gate: asyncio.Event | None = None
        self.refusal: Exception | None = None
        self._changed = asyncio.Condition()

    async def assigned(self, partition: int) -> int:
        await self._note("assigned", partition)
        if self.gate is not None:
            await self.gate.wait()
        if self.refusal is not None:
            raise self.refusal
        self.held.add(partition)
        await self._note("held", partition)
        return self.start_at.get(partition, 0)

    async def revoked(self, partition: int) -> None:
        self.held.discard(partition)
        await self._note("revoked", partition)

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until `true()`, looking after each call of the listener."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(true)

    async def until_held(self, partitions: set[int]) -> None:
        await self.until(lambda: self.held == partitions)

    async def _note(self, what: str, partition: int) -> None:
        async with self._changed:
            self.calls.append((what, partition))
            self._changed.notify_all()


def entries(count: int, mark: str = "", size: int = 0) -> list[Entry]:
    """`count` distinct entries."""
    pad = "x" * size
    return [Entry(b"key", f"{mark}:{i}:{pad}".encode()) for i in range(count)]


async def until(true: Callable[[], bool]) -> None:
    """For what tells nobody when it changes."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - that is the point
            await asyncio.sleep(0.01)


async def take(subscription: Subscription, partition: int, count: int) -> list[Record]:
    """Exactly the next `count` records."""
    taken: list[Record] = []
    async with asyncio.timeout(PATIENCE):
        while len(taken) < count:
            taken += await subscription.take(partition, count - len(taken), 1.0)
            assert subscription.failed is None
            await asyncio.sleep(0)
    return taken


async def read(log: Log, partition: int, start: int, stop: int) -> list[Record]:
    """All of `Log.read` in one list."""
    return [record async for batch in log.read(partition, start, stop) for record in batch]


def values(records: Sequence[Record]) -> list[bytes]:
    return [record.value for record in records]


async def append_until_taken(log: Log, partition: int, batch: list[Entry]) -> None:
    """Append as a client does that was told to retry later."""
    async with asyncio.timeout(60):
        while True:
            try:
                await log.append(partition, batch)
            except LogUnavailableError:
                await asyncio.sleep(0.1)
            else:
                return


def values_of(sent: list[Entry]) -> list[bytes]:
    return [entry.value for entry in sent]
