"""Notices growth of a log in PostgreSQL without asking all the time.

One connection listens for what other processes tell, and tells them of our own appends. A look at
the head rows every half second catches what was not told (a process that died between its commit
and its word).
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg

from services.kit.runtime.database import is_away
from services.kit.runtime.sql import load

log = logging.getLogger(__name__)
Q = load(__file__)
CHANNEL = "hearth_log"
# Between words to others; theirs and ours would otherwise outnumber the appends they tell of.
_TELL_EVERY = 0.005
_RETRY = 0.2

Connect = Callable[[], Awaitable["asyncpg.Connection[asyncpg.Record]"]]


class Watch:
    """The known end of each partition of one topic, and events for who waits on growth."""

    def __init__(self, topic: int, partitions: int, connect: Connect, look_every: float) -> None:
        self._topic = topic
        self._connect = connect
        self._look_every = look_every
        self._ends = [0] * partitions
        self._grown = [asyncio.Event() for _ in range(partitions)]
        self._groups: dict[str, set[asyncio.Event]] = {}
        self._untold_partitions: set[int] = set()
        self._untold_groups: set[str] = set()
        self._something = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to watch."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop watching. Stopping twice is safe."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    def end(self, partition: int) -> int:
        """The greatest end known; the true one may be further."""
        return self._ends[partition]

    def grown(self, partition: int) -> asyncio.Event:
        """Set when the partition grows next; get it before looking at `end`."""
        return self._grown[partition]

    def saw(self, partition: int, end: int) -> None:
        """Learn of an end."""
        if end > self._ends[partition]:
            self._ends[partition] = end
            self.wake(partition)

    def wake(self, partition: int) -> None:
        """Whoever waits for the partition looks again."""
        self._grown[partition].set()
        self._grown[partition] = asyncio.Event()

    def wake_later(self, partition: int) -> None:
        """Wake whoever waits for the partition soon: the log was away."""
        asyncio.get_running_loop().call_later(_RETRY, self.wake, partition)

    def appended(self, partition: int) -> None:
        """Tell the others that we wrote to the partition."""
        self._untold_partitions.add(partition)
        self._something.set()

    def regroup(self, consumer: str) -> None:
        """Tell all members of a group, here and elsewhere, to look at their shares."""
        self._untold_groups.add(consumer)
        self._something.set()

    def group_event(self, consumer: str) -> asyncio.Event:
        """An event that is set whenever the group changes. Give it back with `forget`."""
        event = asyncio.Event()
        self._groups.setdefault(consumer, set()).add(event)
        return event

    def forget(self, consumer: str, event: asyncio.Event) -> None:
        """The counterpart of `group_event`."""
        self._groups[consumer].discard(event)

    def _heard(self, _db: Any, _pid: int, _channel: str, word: object) -> None:
        topic, what, detail = str(word).split(" ", 2)
        if int(topic) != self._topic:
            return
        if what == "group":
            for event in self._groups.get(detail, ()):
                event.set()
        elif int(what) < len(self._ends):
            self.saw(int(what), int(detail))

    async def _run(self) -> None:
        while True:
            try:
                await self._session()
            except Exception as error:
                if not is_away(error):
                    raise
                log.warning("the log's database does not answer: %r", error)
                await asyncio.sleep(_RETRY)

    async def _session(self) -> None:
        db = await self._connect()
        try:
            await self._listen(db)
        finally:
            db.terminate()

    async def _listen(self, db: "asyncpg.Connection[asyncpg.Record]") -> None:
        await db.add_listener(CHANNEL, self._heard)
        while True:
            for row in await db.fetch(Q.heads, self._topic, timeout=10):
                if row["partition"] < len(self._ends):
                    self.saw(row["partition"], row["next"])
            look = asyncio.get_running_loop().time() + self._look_every
            while await self._something_before(look):
                await self._tell(db)

    async def _something_before(self, moment: float) -> bool:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(moment):
                return await self._something.wait()
        return False

    async def _tell(self, db: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._something.clear()
        words = [f"{self._topic} {p} {self._ends[p]}" for p in self._untold_partitions]
        words += [f"{self._topic} group {consumer}" for consumer in self._untold_groups]
        self._untold_partitions.clear()
        self._untold_groups.clear()
        for word in words:
            await db.execute(Q.notify, word, timeout=10)
        await asyncio.sleep(_TELL_EVERY)
