"""Keeps the embedded PostgreSQL running: where it dies under us it is started again."""

import asyncio

import structlog

from services.kit.runtime.background import Background
from services.kit.runtime.postgres_server import EmbeddedPostgres, ServerDownError

logger = structlog.get_logger(__name__)
LOOK = 0.2
"""Seconds between two looks at its process, and before another try."""


class PostgresKeeper(Background):
    """Looks after `server`, which was started; to be stopped before it. Whoever works with the
    database meanwhile finds it away and waits."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        super().__init__("postgres")
        self._server = server

    async def work(self) -> None:
        """Look, again and again."""
        while True:
            if not self._server.alive:
                await self._revive()
            await asyncio.sleep(LOOK)

    async def _revive(self) -> None:
        logger.warning("the embedded database died; starting it again")
        try:
            await asyncio.to_thread(self._server.revive)
        except ServerDownError as error:  # often its last processes have not let go yet
            logger.warning("the embedded database does not start", error=str(error))
        else:
            logger.warning("the embedded database runs again")
