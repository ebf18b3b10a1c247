"""An HTTP server inside a process that has more to do: start, ready, stop, around uvicorn."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn
from starlette.types import ASGIApp

DRAIN = 8
"""Seconds that requests under way are given when the server stops."""


class _Quiet(uvicorn.Server):
    """uvicorn without its signal handlers: the process decides what a signal means."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Serving:
    """Serves `app` on host and port; port 0 takes a free one, told by `port` once started.

    `start` raises OSError where the address is taken. Stopping twice is safe.
    """

    def __init__(self, app: ASGIApp, host: str, port: int, drain: int = DRAIN) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=drain,
            h11_max_incomplete_event_size=64 << 10,
        )
        self._server = _Quiet(config)
        self._address = (host, port)
        self._task: asyncio.Task[None] | None = None
        self.port = port

    async def start(self) -> None:
        """Bind, and return once connections are accepted."""
        bound = _bind(*self._address)
        self.port = bound.getsockname()[1]
        self._task = asyncio.create_task(self._server.serve([bound]), name=f"http:{self.port}")
        while not self._server.started:
            if self._task.done():
                await self._task
                raise RuntimeError("the HTTP server ended before it began")
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Accept nothing more, answer what is under way, close."""
        if self._task is not None:
            self._server.should_exit = True
            await self._task
            self._task = None


def _bind(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    bound.setblocking(False)
    return bound
