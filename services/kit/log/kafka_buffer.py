"""The records of one held partition on their way from the pump to `take`."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence

from services.kit.log.port import Record

# Above this the partition is paused, below half of it resumed. What is drained at once comes on
# top; a fetch of 1 MiB can unfold to far more.
DRAINED_AT_ONCE = 2000
FULL_RECORDS = 10_000
FULL_BYTES = 8 * 2**20


class Buffer:
    """Bounded by its user, who pauses a partition when `full`."""

    def __init__(self) -> None:
        self.opened = False
        self.following = 0  # the offset after the last one buffered
        self.paused = False
        self.moved = time.monotonic()  # when the partition last made progress
        self._chunks: deque[Sequence[Record]] = deque()
        self._records = 0
        self._bytes = 0
        self._filled = asyncio.Event()

    def open(self, following: int) -> None:
        """The partition is ready; its records are awaited from `following` on."""
        self.opened = True
        self.following = following
        self.moved = time.monotonic()

    @property
    def full(self) -> bool:
        """Time to pause."""
        return self._records >= FULL_RECORDS or self._bytes >= FULL_BYTES

    @property
    def low(self) -> bool:
        """Time to resume."""
        return self._records <= FULL_RECORDS // 2 and self._bytes <= FULL_BYTES // 2

    def put(self, records: Sequence[Record]) -> None:
        """Add what was fetched."""
        self._chunks.append(records)
        self._records += len(records)
        self._bytes += sum(len(record.value) for record in records)
        self.following = records[-1].offset + 1
        self.moved = time.monotonic()
        self._filled.set()

    def get(self, at_most: int) -> list[Record]:
        """Up to `at_most` of the oldest."""
        taken: list[Record] = []
        while self._chunks and len(taken) < at_most:
            chunk = self._chunks.popleft()
            room = at_most - len(taken)
            taken += chunk[:room]
            if len(chunk) > room:
                self._chunks.appendleft(chunk[room:])
        self._records -= len(taken)
        self._bytes -= sum(len(record.value) for record in taken)
        if not self._chunks:
            self._filled.clear()
        return taken

    async def wait(self) -> None:
        """Until there is something, or `close`."""
        await self._filled.wait()

    def close(self) -> None:
        """Let whoever waits look again: the partition is no longer held."""
        self._chunks.clear()
        self._filled.set()
