"""A part whose work is one task in the background, which outlives what goes wrong in it."""

import asyncio

import structlog

from services.kit.log.port import LogError
from services.kit.runtime import database

logger = structlog.get_logger(__name__)
PAUSE = 2.0
"""Seconds before the work begins again after something went wrong."""


class Background:
    """Start, stop, and `work` between them: begun again, after a pause, whenever it raises.

    Who is away is a warning; anything else is logged as the fault that it is.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._task: asyncio.Task[None] | None = None

    async def work(self) -> None:
        """What is done, until cancelled. For subclasses."""
        raise NotImplementedError

    async def start(self) -> None:
        """Begin; nothing is awaited."""
        self._task = asyncio.create_task(self._keep(), name=self._name)

    async def stop(self) -> None:
        """Cancel, and wait for the end. Stopping twice is safe."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _keep(self) -> None:
        task = asyncio.current_task()
        while True:
            try:
                await self.work()
            except Exception as error:
                if database.is_away(error) or isinstance(error, LogError):
                    logger.warning("away", part=self._name, error=repr(error))
                else:
                    logger.exception("begins again", part=self._name)
            if task is not None and task.cancelling():
                return  # what cleans up on the way out raised in the place of the cancellation
            await asyncio.sleep(PAUSE)
