"""The owner of one partition of a projection: takes records, batch after batch.

Errors are of three kinds. The database or the log is away, or the live tables are of a version
that is not ours: wait and begin the batch again. The partition has gone to another owner: drop
everything. A record cannot be folded or written: it
goes to the dead letters and the rest goes on; unless so many cannot that the fault must be ours.

A subscription never goes back, so what the tables have lost in a crash is read from the log.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from services.kit.actions.record import tick
from services.kit.log.port import Log, LogUnavailableError, Record, Subscription
from services.kit.projection import metrics
from services.kit.projection.generations import OtherVersionError
from services.kit.projection.partition import CommitsLostError, Partition, TooManyRaisedError
from services.kit.projection.transaction import FencedError
from services.kit.runtime import clock, database

LARGEST_BATCH = 6_000
WAIT = 0.25
"""Seconds a take waits before the worker looks at its timers."""

LONGEST_PAUSE = 2.0
"""Seconds after which what was away is tried again, at most."""

logger = structlog.get_logger(__name__)


def _passes(error: Exception) -> bool:
    """Whether waiting helps."""
    return database.is_away(error) or isinstance(error, LogUnavailableError | OtherVersionError)


class Worker:
    """Works on `held` from its `open()` until `run()` ends."""

    def __init__(self, held: Partition, log: Log, largest_batch: int = LARGEST_BATCH) -> None:
        self.held = held
        self._name = held.projection.name
        self._log = log
        self._largest = largest_batch
        self._handed = 0
        """The offset after the last record that the subscription handed out."""
        self._stopping = asyncio.Event()
        self._asked_tick = 0
        self.healthy = True

    def stop(self) -> None:
        """End after the batch in flight."""
        self._stopping.set()

    @property
    def stopping(self) -> bool:
        """Whether it was told to end."""
        return self._stopping.is_set()

    async def open(self) -> int:
        """Claim the partition once database and log are there; the offset to read from.

        Raises PositionBeyondLogError.
        """
        await self._patiently(self._open)
        return self.held.next

    async def _open(self) -> None:
        await self.held.open()

    async def run(self, subscription: Subscription) -> None:
        """Work until stopped. Raises FencedError, TooManyRaisedError.

        After a FencedError it may be opened and run anew: what was in hand is read again.
        """
        held = self.held
        held.settled = self._handed
        while not self.stopping:
            if held.cold:
                await self._warm_up()
            if held.next < held.settled:
                await self._fold_again()
            records = await subscription.take(held.number, self._largest, WAIT)
            if records:
                self._handed = records[-1].offset + 1
                await self._apply_all(records)
                await subscription.report(held.number, held.next)
            else:
                await self._idle()

    async def _fold_again(self) -> None:
        """Read what the tables have lost from the log, up to where the subscription is."""
        held = self.held
        stop, held.settled = held.settled, held.next
        logger.warning("commits were lost", projection=self._name, next=held.next, again_to=stop)
        await self._patiently(lambda: self._read_again(stop))

    async def _read_again(self, stop: int) -> None:
        async for records in self._log.read(self.held.number, self.held.next, stop):
            await self._apply_all(records)

    async def _apply_all(self, records: Sequence[Record]) -> None:
        size = len(records)
        while records and not self.stopping:
            part = records[:size]
            try:
                await self._patiently(lambda part=part: self.held.apply(part))  # type: ignore[misc]
            except FencedError:
                await self._patiently(self.held.follow_flip)
                continue
            except CommitsLostError:
                await self._fold_again()
                continue
            except TooManyRaisedError:
                raise
            except Exception as error:
                # The database is there and yet this cannot be written: halve the batch until
                # the record that is to blame stands alone.
                logger.exception("batch failed", projection=self._name, size=len(part))
                if len(part) > 1:
                    size = len(part) // 2
                    continue
                cause = error
                await self._patiently(lambda: self.held.bury(part[0], cause))  # noqa: B023 - awaited
            records = records[len(part) :]

    async def _warm_up(self) -> None:
        try:
            await self._patiently(self.held.warm)
        except FencedError:
            await self._patiently(self.held.follow_flip)

    async def _patiently(self, work: Callable[[], Awaitable[None]]) -> None:
        """The one loop of trying again: whoever is away is waited for."""
        pause = 0.1
        while not self.stopping:
            try:
                await work()
            except Exception as error:
                self.held.forget()
                if not _passes(error):
                    raise
                self.healthy = False
                metrics.RETRIES.labels(self._name).inc()
                logger.warning("waiting", projection=self._name, error=repr(error))
                await self.pause(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self.healthy = True
                return

    async def pause(self, seconds: float) -> None:
        """Wait, but no longer than until it is stopped."""
        try:
            await asyncio.wait_for(self._stopping.wait(), seconds)
        except TimeoutError:
            return

    async def _idle(self) -> None:
        """Nothing arrives: where a timer is due by the clock, say so in the log."""
        due, now = self.held.next_due, clock.now()
        if due <= now and due != self._asked_tick:
            try:
                await self._log.append(self.held.number, [tick(self.held.number, now)])
                self._asked_tick = due
            except LogUnavailableError as error:
                logger.warning("away", projection=self._name, error=repr(error))
                await self.pause(1)

    async def lag(self) -> int:
        """Records not yet folded."""
        lag = max(0, await self._log.end(self.held.number) - self.held.next)
        metrics.LAG_EVENTS.labels(self._name, str(self.held.number)).set(lag)
        return lag
