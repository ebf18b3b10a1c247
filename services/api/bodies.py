"""JSON bodies read strictly: bounded while they stream, refused where parsers would differ."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response

from services.kit.http.body import parse_json, read_body

LIMIT = 1 << 20
"""Bytes of a body."""


class StrictRoute(APIRoute):
    """A route whose JSON body was counted and checked before FastAPI parses it."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's handler behind the check."""
        handler = super().get_route_handler()
        if self.body_field is None:
            return handler

        async def checked(request: Request) -> Response:
            raw = await read_body(request, LIMIT)
            if raw:
                parse_json(raw)
            request._body = raw  # noqa: SLF001 - where Starlette keeps a body that was read
            return await handler(request)

        return checked
