"""Wakes streams when facts are there: one listening connection for all of them."""

import asyncio
import contextlib
import logging

from services.kit.runtime import database

CHANNEL = "hearth_facts"
AGAIN = 1.0
"""Seconds between two tries to listen while the database is away."""

log = logging.getLogger(__name__)


class Hub:
    """Tells waiting streams to look. `closing` is set when the process wants to end."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.closing = False

    async def start(self) -> None:
        """Begin to listen, as soon as the database is there. Starting twice is safe."""
        if self._task is not None:
            return
        self.closing = False
        self._task = asyncio.create_task(self._listen(), name="facts")

    async def stop(self) -> None:
        """End every stream. Stopping twice is safe."""
        self.closing = True
        self._wake()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    @property
    def news(self) -> asyncio.Event:
        """Set by the next news; get it before looking."""
        return self._news

    def _wake(self, *_word: object) -> None:
        self._news.set()
        self._news = asyncio.Event()

    async def _listen(self) -> None:
        while True:
            try:
                await self._session()
            except Exception as error:  # noqa: BLE001 - streams look by themselves meanwhile
                log.warning("nobody tells of facts: %s", type(error).__name__)
            await asyncio.sleep(AGAIN)

    async def _session(self) -> None:
        db = await database.connect(self._dsn)
        lost = asyncio.Event()
        try:
            db.add_termination_listener(lambda _: lost.set())
            await db.add_listener(CHANNEL, self._wake)
            self._wake()  # whatever was told before we listened
            await lost.wait()
        finally:
            db.terminate()
