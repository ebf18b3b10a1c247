"""The log in memory: deterministic, for tests and simulations. One event loop only.

`MemoryStore` is what would be on disk: logs opened on one store are one log, as processes are.
"""

from collections.abc import AsyncIterator, Sequence

from services.kit.log.batching import weight
from services.kit.log.memory_group import Group, MemorySubscription
from services.kit.log.memory_records import Records
from services.kit.log.port import Entry, Listener, LogUnavailableError, Record

_READ_BATCH = 1000


class MemoryStore(Records):
    """The records of one topic, and its groups."""

    def __init__(self, partitions: int) -> None:
        super().__init__(partitions)
        self.groups: dict[str, Group] = {}


class MemoryLog:
    """One topic in memory. Give two logs one `store` to have them see the same records."""

    def __init__(self, topic: str, partitions: int = 8, store: MemoryStore | None = None) -> None:
        self.topic = topic
        self.store = store if store is not None else MemoryStore(partitions)

    async def start(self) -> None:
        """Raises LogUnavailableError when the store is away."""
        self._reach()

    async def stop(self) -> None:
        """Nothing to flush."""

    async def partitions(self) -> int:
        """How many partitions the topic has."""
        return len(self.store.records)

    async def append(self, partition: int, entries: Sequence[Entry]) -> int:
        """See the port."""
        weight(entries)
        self._reach()
        records = self.store.records[partition]
        first = len(records)
        records.extend(Record(first + i, *entry) for i, entry in enumerate(entries))
        self.store.wake(partition)
        return first

    async def beginning(self, partition: int) -> int:  # noqa: ARG002 - the port's signature
        """Always 0: nothing is taken away."""
        self._reach()
        return 0

    async def end(self, partition: int) -> int:
        """The offset the next record will get."""
        self._reach()
        return len(self.store.records[partition])

    async def read(self, partition: int, start: int, stop: int) -> AsyncIterator[Sequence[Record]]:
        """See the port."""
        for low in range(start, stop, _READ_BATCH):
            self._reach()
            yield self.store.records[partition][low : min(low + _READ_BATCH, stop)]

    def subscribe(self, group: str, listener: Listener) -> MemorySubscription:
        """A new member of `group`, not yet started."""
        shared = self.store.groups.setdefault(group, Group(len(self.store.records)))
        return MemorySubscription(self.store, shared, listener)

    def _reach(self) -> None:
        if self.store.away:
            raise LogUnavailableError("the log in memory was taken away")
