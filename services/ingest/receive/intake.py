"""The way into the log: bounded, with a deadline of its own, drained before the process ends.

What is being worked on is bounded in bytes: room is taken before a body is read and given back
when it is answered, so an absent log fills no memory. Coalescing concurrent appends into few
large writes is what the log's adapters do; here each request makes one append, which stands
together in the log.

    IntakeError
    ├── BusyError      too much at once; come back in a moment
    └── AwayError      the log is away or too slow, or we are stopping; what was sent may still
                       have landed, and sending it again is safe
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from services.ingest.receive.metrics import APPEND, WAITING
from services.kit.log.port import Entry, Log, LogUnavailableError


class IntakeError(Exception):
    """Root of why something was not taken. `retry_after` is in seconds."""

    retry_after = 1


class BusyError(IntakeError):
    """Too many bytes are being worked on already."""


class AwayError(IntakeError):
    """The log did not acknowledge."""

    retry_after = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes of bodies worked on at once, and seconds."""

    room: int = 32 << 20
    webhook_room: int = 8 << 20
    deadline: float = 10.0
    """Until the log must have acknowledged."""
    reading: float = 10.0
    """Until a body must have come in."""


class Room:
    """A bounded number of bytes, shared by all requests of one kind."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._taken = 0

    @contextmanager
    def take(self, size: int) -> Iterator[None]:
        """Hold `size` bytes of the room. Raises BusyError; a single body always fits."""
        if self._taken and self._taken + size > self._size:
            raise BusyError
        self._taken += size
        WAITING.inc(size)
        try:
            yield
        finally:
            self._taken -= size
            WAITING.dec(size)


class Intake:
    """Appends for requests. `stop` lets what is under way finish; stopping twice is safe."""

    def __init__(self, log: Log, limits: Limits) -> None:
        self._log = log
        self._deadline = limits.deadline
        self._under_way = 0
        self._idle = asyncio.Event()
        self._idle.set()
        self._stopping = False
        self.away = False
        """Whether the last append got no acknowledgement."""

    async def append(self, partition: int, entries: Sequence[Entry]) -> int:
        """The position of the last of `entries`, durably in the log.

        Raises AwayError, and RecordTooLargeError where it can never be appended.
        """
        if self._stopping:
            raise AwayError("this process is stopping")
        self._under_way += 1
        self._idle.clear()
        begun = time.perf_counter()
        try:
            async with asyncio.timeout(self._deadline):
                first = await self._log.append(partition, entries)
        except (LogUnavailableError, TimeoutError) as error:
            self.away = True
            raise AwayError("the log did not acknowledge in time") from error
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._idle.set()
        self.away = False
        APPEND.observe(time.perf_counter() - begun)
        return first + len(entries) - 1

    async def stop(self) -> None:
        """Take nothing more and wait for what is under way, at most the deadline."""
        self._stopping = True
        try:
            async with asyncio.timeout(self._deadline):
                await self._idle.wait()
        except TimeoutError:
            return
