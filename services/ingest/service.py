"""Ingest as a part of a process: start, ready, stop."""

from starlette.routing import Route

from services.ingest.app import app, build
from services.ingest.context import Context
from services.kit.http.serving import Serving
from services.kit.log.port import LogError
from services.kit.runtime import database


class Ingest:
    """Receives actions. With an `address` it serves them there itself; without, `routes` are
    given to the application of another service. What the context holds is started elsewhere."""

    def __init__(self, context: Context, address: tuple[str, int] | None = None) -> None:
        self._context = context
        self.intake = context.intake()
        self._serving = Serving(app(context, self.intake), *address) if address else None

    def routes(self) -> list[Route]:
        """For an application that is served elsewhere."""
        return build(self._context, self.intake)

    @property
    def port(self) -> int:
        """The port it serves on itself, 0 where it does not."""
        return self._serving.port if self._serving else 0

    async def start(self) -> None:
        """Accept connections. Raises OSError where the address is taken."""
        if self._serving:
            await self._serving.start()

    async def ready(self) -> str | None:
        """None, or why actions cannot be taken now."""
        try:
            await self._context.log.end(0)
        except LogError:
            return "the log is away"
        try:
            await self._context.registry.communities()
        except Exception as error:
            if not database.is_away(error):
                raise
            return "the database is away"
        return None

    async def stop(self) -> None:
        """Answer what is under way, then let go. Stopping twice is safe."""
        if self._serving:
            await self._serving.stop()
        await self.intake.stop()
