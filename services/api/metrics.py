"""How long requests take, by route; never by what stands in a route's place of an id."""

import time

from prometheus_client import Histogram
from starlette.types import ASGIApp, Message, Receive, Scope, Send

DURATION = Histogram(
    "hearth_api_request_seconds",
    "Seconds until the first byte of an answer, by route template and class of status.",
    ["method", "route", "status"],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
_METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "PATCH"})


class Timed:
    """Middleware that observes each request once its answer begins."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        began = time.perf_counter()

        async def timed(message: Message) -> None:
            if message["type"] == "http.response.start":
                observe(scope, message["status"], time.perf_counter() - began)
            await send(message)

        return await self.app(scope, receive, timed)


def observe(scope: Scope, status: int, seconds: float) -> None:
    """Count one answer."""
    method = scope["method"] if scope["method"] in _METHODS else "other"
    route = getattr(scope.get("route"), "path", None) or _of_ingest(scope["path"])
    DURATION.labels(method, route, f"{status // 100}xx").observe(seconds)


def _of_ingest(path: str) -> str:
    """The template of a route that is not FastAPI's, which leaves none in the scope."""
    if path == "/v1/actions":
        return path
    return "/v1/webhooks/{community}/{source}" if path.startswith("/v1/webhooks/") else "none"
