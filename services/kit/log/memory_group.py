"""Consumer groups of the log in memory. A rebalance is over when `start` or `stop` returns."""

import asyncio
from collections.abc import Sequence
from itertools import count

from services.kit.log.memory_records import Records
from services.kit.log.port import Listener, Record, check_position
from services.kit.log.shares import Move, settle

_names = count(1)


class Group:
    """The members of one consumer group and what they hold."""

    def __init__(self, partitions: int) -> None:
        self._partitions = partitions
        self._members: dict[str, MemorySubscription] = {}
        self._owners: dict[int, str] = {}
        self._changing = asyncio.Lock()

    async def join(self, member: "MemorySubscription") -> None:
        """Take `member` in and share out anew."""
        async with self._changing:
            self._members[member.name] = member
            await self._rebalance()

    async def leave(self, member: "MemorySubscription", *, tell: bool) -> None:
        """Let `member` go, telling its listener or not, and share out anew."""
        async with self._changing:
            await self._remove(member, tell=tell)
            await self._rebalance()

    async def _rebalance(self) -> None:
        for name in list(self._members):
            for partition in self._move(name).release:
                del self._owners[partition]
                await self._members[name].let_go(partition, tell=True)
        for name in list(self._members):
            for partition in self._move(name).claim:
                self._owners[partition] = name
                await self._members[name].hold(partition)
        broken = [member for member in self._members.values() if member.failed]
        for member in broken:
            await self._remove(member, tell=True)
        if broken:
            await self._rebalance()

    async def _remove(self, member: "MemorySubscription", *, tell: bool) -> None:
        self._members.pop(member.name, None)
        for partition in [p for p, owner in self._owners.items() if owner == member.name]:
            del self._owners[partition]
            await member.let_go(partition, tell=tell)

    def _move(self, name: str) -> Move:
        return settle(name, self._members, self._owners, self._partitions)


class MemorySubscription:
    """A member of a group in memory."""

    def __init__(self, store: Records, group: Group, listener: Listener) -> None:
        self.name = f"{next(_names):08}"
        self._store = store
        self._group = group
        self._listener = listener
        self._next: dict[int, int | None] = {}  # None while the listener prepares
        self._failed: BaseException | None = None

    @property
    def failed(self) -> BaseException | None:
        """Why the listener could not take a partition, or None."""
        return self._failed

    async def start(self) -> None:
        """Join the group."""
        await self._group.join(self)

    async def stop(self) -> None:
        """Leave the group. Stopping twice is safe."""
        await self._group.leave(self, tell=True)

    async def vanish(self) -> None:
        """As a frozen process does: its partitions move on and its listener is never told."""
        await self._group.leave(self, tell=False)

    async def take(self, partition: int, at_most: int, wait: float) -> Sequence[Record]:
        """See the port."""
        try:
            async with asyncio.timeout(wait):
                return await self._take(partition, at_most)
        except TimeoutError:
            return []

    async def report(self, partition: int, following: int) -> None:
        """There are no lag tools to tell."""

    async def hold(self, partition: int) -> None:
        """Own `partition` from the offset that the listener names."""
        self._next[partition] = None
        try:
            following = await self._listener.assigned(partition)
            end = len(self._store.records[partition])
            check_position("memory", partition, following, 0, end)
            self._next[partition] = following
            self._store.wake(partition)
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends the subscription
            self._failed = error
            del self._next[partition]

    async def let_go(self, partition: int, *, tell: bool) -> None:
        """Own `partition` no longer."""
        if self._next.pop(partition, None) is not None:
            self._store.wake(partition)
            if tell:
                await self._listener.revoked(partition)

    async def _take(self, partition: int, at_most: int) -> Sequence[Record]:
        while partition in self._next:
            changed, start = self._store.changed(partition), self._next[partition]
            if start is not None and not self._store.away:
                taken = self._store.records[partition][start : start + at_most]
                if taken:
                    self._next[partition] = taken[-1].offset + 1
                    return taken
            await changed.wait()
        await asyncio.sleep(0)  # who asks on and on for what is not held stops nobody else
        return []
