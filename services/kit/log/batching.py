"""Concurrent appends to a partition, made into few large writes.

One write per partition is under way at a time; what arrives meanwhile goes out together in the
next one. So a lone append waits for nobody, and under load the batches grow by themselves.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from services.kit.log.port import Entry, LogError, LogUnavailableError, RecordTooLargeError

# One append stands together in the log, so the log's largest write bounds it. Ingest takes 1 MiB
# a request; sealing and envelopes at most double that.
LARGEST_APPEND = 4 * 2**20
_USUAL_WRITE = 2**20
_ENTRY_OVERHEAD = 24

Write = Callable[[int, list[Entry]], Awaitable[int]]


def weight(entries: Sequence[Entry]) -> int:
    """Roughly how many bytes `entries` take in a write.

    Raises RecordTooLargeError above LARGEST_APPEND, ValueError when there is nothing to append.
    """
    if not entries:
        raise ValueError("append at least one entry")
    size = sum(len(key) + len(value) for key, value in entries) + _ENTRY_OVERHEAD * len(entries)
    if size > LARGEST_APPEND:
        raise RecordTooLargeError(
            f"{len(entries)} entries of {size} bytes; one append holds at most {LARGEST_APPEND}:"
            " append less at a time"
        )
    return size


@dataclass
class _Waiting:
    entries: Sequence[Entry]
    size: int
    first: asyncio.Future[int]


@dataclass
class _Lane:
    waiting: deque[_Waiting] = field(default_factory=deque)
    writer: asyncio.Task[None] | None = None


class Batcher:
    """Calls `write(partition, entries)`, which returns the offset of the first of them.

    `deadline` (seconds) bounds how long a caller waits, whatever `write` does. One that gave up
    before its entries went out takes them with it, so that an absent log fills no memory.
    """

    def __init__(self, write: Write, deadline: float) -> None:
        self._write = write
        self._deadline = deadline
        self._lanes: dict[int, _Lane] = {}

    async def append(self, partition: int, entries: Sequence[Entry]) -> int:
        """The offset of the first entry. Raises LogUnavailableError, RecordTooLargeError."""
        size = weight(entries)
        lane = self._lanes.setdefault(partition, _Lane())
        first: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        lane.waiting.append(_Waiting(entries, size, first))
        if lane.writer is None:
            lane.writer = asyncio.create_task(self._drain(partition, lane))
        try:
            async with asyncio.timeout(self._deadline):
                return await first
        except TimeoutError:
            raise LogUnavailableError(
                f"the log did not acknowledge within {self._deadline:g} s; retry later"
            ) from None

    async def stop(self) -> None:
        """Wait for what is under way, for at most the deadline."""
        writers = [lane.writer for lane in self._lanes.values() if lane.writer is not None]
        if writers:
            _, late = await asyncio.wait(writers, timeout=self._deadline)
            for writer in late:
                writer.cancel()

    async def _drain(self, partition: int, lane: _Lane) -> None:
        try:
            while group := _next_group(lane.waiting):
                await self._write_group(partition, group)
        finally:
            lane.writer = None

    async def _write_group(self, partition: int, group: list[_Waiting]) -> None:
        entries = [entry for waiting in group for entry in waiting.entries]
        try:
            async with asyncio.timeout(self._deadline):
                first = await self._write(partition, entries)
        except LogError as error:
            _fail(group, type(error), str(error))
        except TimeoutError:
            _fail(group, LogUnavailableError, "the log did not acknowledge in time; retry later")
        except Exception as error:  # noqa: BLE001 - the callers must hear of it, whatever it is
            _fail(group, LogUnavailableError, f"the append failed: {error!r}")
        else:
            for waiting in group:
                if not waiting.first.done():
                    waiting.first.set_result(first)
                first += len(waiting.entries)


def _fail(group: list[_Waiting], kind: type[LogError], why: str) -> None:
    for waiting in group:
        if not waiting.first.done():
            waiting.first.set_exception(kind(why))


def _next_group(waiting: deque[_Waiting]) -> list[_Waiting]:
    """The appends of the next write: at least one, then more up to the usual size."""
    group: list[_Waiting] = []
    size = 0
    while waiting and (not group or size + waiting[0].size <= _USUAL_WRITE):
        one = waiting.popleft()
        if not one.first.done():  # its caller gave up
            group.append(one)
            size += one.size
    return group
