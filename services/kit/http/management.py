"""What operators and their tools ask a process, on a port of its own.

GET /livez     200 while the process runs; touches nothing
GET /readyz    200 {"ready": true, ...}, or 503 with the reason of every check that fails
GET /metrics   Prometheus' text format
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from starlette.types import ASGIApp, Receive, Scope, Send

Check = Callable[[], Awaitable[str | None]]
"""None when all is well, else the reason why not, for people."""

PATIENCE = 2.0
"""Seconds a check may take before it counts as failed."""


def management(
    checks: Mapping[str, Check], registry: CollectorRegistry = REGISTRY, patience: float = PATIENCE
) -> ASGIApp:
    """The small ASGI app of the management port. `checks` are asked for /readyz."""

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        status, kind, body = await _answer(scope, checks, registry, patience)
        headers = [(b"content-type", kind.encode()), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        sent = b"" if scope["method"] == "HEAD" else body
        await send({"type": "http.response.body", "body": sent})

    return app


async def _answer(
    scope: Scope, checks: Mapping[str, Check], registry: CollectorRegistry, patience: float
) -> tuple[int, str, bytes]:
    if scope["method"] not in ("GET", "HEAD"):
        return 405, "text/plain", b"GET only\n"
    match scope["path"]:
        case "/livez":
            return 200, "text/plain", b"alive\n"
        case "/readyz":
            return await _readiness(checks, patience)
        case "/metrics":
            return 200, CONTENT_TYPE_LATEST, generate_latest(registry)
    return 404, "text/plain", b"/livez, /readyz and /metrics are here\n"


async def _readiness(checks: Mapping[str, Check], patience: float) -> tuple[int, str, bytes]:
    reasons = await asyncio.gather(*(_reason(check, patience) for check in checks.values()))
    found = dict(zip(checks, reasons, strict=True))
    ready = not any(reasons)
    told = {"ready": ready, "checks": {name: why or "ok" for name, why in found.items()}}
    body = json.dumps(told, ensure_ascii=False).encode()
    return (200 if ready else 503), "application/json", body


async def _reason(check: Check, patience: float) -> str | None:
    try:
        async with asyncio.timeout(patience):
            return await check()
    except TimeoutError:
        return f"no answer within {patience:g} s"
    except Exception as error:  # noqa: BLE001 - whatever a check raises, it is not ready
        return type(error).__name__
