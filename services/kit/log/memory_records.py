"""The records of a log in memory, and waiting for more of them."""

import asyncio

from services.kit.log.port import Record


class Records:
    """Those of one topic, and whether they can be reached."""

    def __init__(self, partitions: int) -> None:
        self.records: list[list[Record]] = [[] for _ in range(partitions)]
        self.away = False
        self._changed = [asyncio.Event() for _ in range(partitions)]

    def lose(self) -> None:
        """The log goes away: appends and queries raise, subscriptions wait."""
        self.away = True

    def restore(self) -> None:
        """The log is back, with all it had."""
        self.away = False
        for partition in range(len(self.records)):
            self.wake(partition)

    def wake(self, partition: int) -> None:
        """Whoever waits for the partition looks again."""
        self._changed[partition].set()
        self._changed[partition] = asyncio.Event()

    def changed(self, partition: int) -> asyncio.Event:
        """Set at the partition's next change; get it before looking."""
        return self._changed[partition]
