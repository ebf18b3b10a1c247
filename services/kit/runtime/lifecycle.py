"""What runs: parts with one shape, started in order, watched, stopped in reverse."""

import asyncio
import signal
from collections.abc import Sequence
from typing import Protocol

import structlog

logger = structlog.get_logger(__name__)
DRAIN = 9.0
"""Seconds all parts together may take to stop."""


class Part(Protocol):
    """Anything long-running. Stopping twice is safe."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


class Watched(Part, Protocol):
    """A part that can find that it works no more."""

    @property
    def failed(self) -> BaseException | None: ...


class PartFailedError(Exception):
    """A part can no longer work; the process should end and be started anew."""


class Lifecycle:
    """Starts parts in order and stops those that were started, in reverse."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = list(parts)
        self._started: list[Part] = []

    async def start(self) -> None:
        """Start all; when one fails to, stop the others and raise what it raised."""
        try:
            for part in self._parts:
                self._started.append(part)
                await part.start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop all, whatever one of them raises."""
        try:
            async with asyncio.timeout(DRAIN):
                while self._started:
                    await self._stop_one(self._started.pop())
        except TimeoutError:
            logger.error("gave up waiting for parts to stop", left=len(self._started) + 1)

    async def _stop_one(self, part: Part) -> None:
        try:
            await part.stop()
        except Exception:
            logger.exception("a part did not stop well", part=type(part).__name__)

    async def watch(self, stop: asyncio.Event) -> None:
        """Return when `stop` is set. Raises PartFailedError when a part has failed."""
        while not stop.is_set():
            for part in self._parts:
                failed = getattr(part, "failed", None)
                if failed is not None:
                    raise PartFailedError(f"{type(part).__name__}: {failed}") from failed
            try:
                await asyncio.wait_for(stop.wait(), 0.5)
            except TimeoutError:
                continue


def on_signals(stop: asyncio.Event) -> None:
    """Set `stop` on SIGTERM and SIGINT."""
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
