"""The gateway as a part of a process: start, ready, stop."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from services.api.app import create
from services.api.context import Context
from services.api.forward import Forward
from services.kit.http.serving import Serving
from services.kit.log.port import LogError
from services.kit.runtime import database


class Api:
    """Serves the API on `host` and `port`. What the context holds is started elsewhere.

    With `ingest`, its routes are served here too; without, the context's `ingest_url` says where
    actions and webhooks go.
    """

    def __init__(
        self, context: Context, host: str, port: int, ingest: Sequence[BaseRoute] = ()
    ) -> None:
        self._context = context
        self._forward = Forward(context.ingest_url) if context.ingest_url and not ingest else None
        routes = self._forward.routes() if self._forward else ingest
        self.app = create(context, routes)
        self._serving = Serving(self.app, host, port)

    @property
    def port(self) -> int:
        """The port it serves on, once started."""
        return self._serving.port

    async def start(self) -> None:
        """Accept connections. Raises OSError where the address is taken."""
        await self._context.start()
        if self._forward is not None:
            await self._forward.start()
        await self._serving.start()

    async def ready(self) -> str | None:
        """None, or why calls cannot be answered now."""
        try:
            await self._context.registry.communities()
            await self._context.log.end(0)
        except LogError:
            return "the log is away"
        except Exception as error:
            if not database.is_away(error):
                raise
            return "the database is away"
        return None

    async def stop(self) -> None:
        """End the streams, answer what is under way, then let go. Stopping twice is safe."""
        await self._context.stop()
        await self._serving.stop()
        if self._forward is not None:
            await self._forward.stop()
