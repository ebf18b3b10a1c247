"""Errors on the wire: `application/problem+json` (RFC 9457), whatever went wrong.

    ProblemError                    raised by whoever knows the status and what to do next
    RequestValidationError          FastAPI's own: 422, one entry of `errors` a field
    HTTPException                   of the router (404, 405): the same shape
    anything registered by install  a domain's error, turned into a ProblemError by its mapper
    anything else                   500, logged by its type and place, never by its text

The body is {type, title, status, detail, errors}. `errors` holds {pointer, detail}: a JSON
pointer (RFC 6901) into what was sent, `?name` for a query parameter, `:name` for a header.
"""

import json
import logging
import re
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.kit.http.fault import Fault, pointer

__all__ = ["Fault", "ProblemError", "faults", "install", "pointer"]

MEDIA_TYPE = "application/problem+json"
METHODS = ("DELETE", "GET", "HEAD", "PATCH", "POST", "PUT")
AT_MOST = 100
"""Faults named in one answer; a list of 1,000 wrong items needs no 1,000 explanations."""

log = logging.getLogger(__name__)


class ProblemError(Exception):
    """An answer other than success. `title` names the kind and does not vary; `detail` does."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str = "",
        errors: Sequence[Fault] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})

    def response(self) -> Response:
        """The answer; characters that UTF-8 cannot carry become question marks."""
        body = json.dumps(self.document(), ensure_ascii=False).encode("utf-8", "replace")
        return Response(body, self.status, self.headers, MEDIA_TYPE)

    def document(self) -> dict[str, Any]:
        """The JSON object of RFC 9457, with `errors` when there are any."""
        document: dict[str, Any] = {
            "type": "urn:hearth:problem:" + re.sub(r"[^a-z0-9]+", "-", self.title.lower()),
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        }
        if self.errors:
            named = self.errors[:AT_MOST]
            document["errors"] = [{"pointer": f.pointer, "detail": f.detail} for f in named]
        return document


Mapper = Callable[[Exception], ProblemError]


def faults(errors: Iterable[Mapping[str, Any]], within: Sequence[str | int] = ()) -> list[Fault]:
    """Faults of pydantic's `error.errors()`; values that were sent are not repeated."""
    return [Fault(pointer((*within, *e["loc"])), _said(e)) for e in errors]


def _said(error: Mapping[str, Any]) -> str:
    """What a validator of ours said, without pydantic's words before it."""
    return str(error["msg"]).removeprefix("Value error, ")


def install(app: Starlette, mappers: Mapping[type[Exception], Mapper] | None = None) -> None:
    """Make `app` (Starlette or FastAPI) answer every error as a problem.

    `mappers` turn a domain's errors into problems, so that domains need know no HTTP.
    """
    app.add_exception_handler(ProblemError, _problem)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _validation)
    for kind, mapper in (mappers or {}).items():
        app.add_exception_handler(kind, _mapped(mapper))
    app.add_middleware(Unexpected)


class Unexpected:
    """The last net: what nobody handled becomes a 500 that gives nothing away."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        begun = False

        async def watched(message: Message) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except Exception as error:
            if begun:
                raise
            _tell(error)
            await _internal().response()(scope, receive, send)
        return None


def _tell(error: Exception) -> None:
    """Log type and place. The message may quote what a member wrote, so it stays out."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    place = " < ".join(f"{f.filename}:{f.lineno} {f.name}" for f in reversed(frames))
    log.error("unexpected %s at %s", type(error).__name__, place)


def _internal() -> ProblemError:
    detail = "This is a bug or an outage of ours. Repeat the call; the log of the service says why."
    return ProblemError(500, "Internal error", detail)


def _mapped(mapper: Mapper) -> Callable[[Request, Exception], Response]:
    return lambda _request, error: mapper(error).response()


def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ProblemError)  # noqa: S101 - registered for this type only
    return error.response()


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type only
    title = HTTPStatus(error.status_code).phrase
    detail = error.detail if error.detail != title else _advice(error.status_code, request)
    headers = dict(error.headers or {})
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_allowed(request)) or headers.get("Allow", "")
    return ProblemError(error.status_code, title, detail, headers=headers).response()


def _allowed(request: Request) -> list[str]:
    """Every method of the path: a router names those of the first of its routes alone."""
    routes = request.app.routes

    def taken(method: str) -> bool:
        asked = {**request.scope, "method": method}
        return any(route.matches(asked)[0] is Match.FULL for route in routes)

    return [method for method in METHODS if taken(method)]


def _advice(status: int, request: Request) -> str:
    path = request.url.path
    if status == HTTPStatus.NOT_FOUND:
        return f"There is nothing at {path}. /docs lists the calls there are."
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return f"{path} does not take {request.method}; the Allow header says what it takes."
    return ""


def _validation(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for this type only
    named = [Fault(_place(e["loc"]), _said(e)) for e in error.errors()]
    detail = "; ".join(f"{f.pointer or 'body'}: {f.detail}" for f in named[:3])
    return ProblemError(422, "The request does not fit", detail, named).response()


def _place(loc: Sequence[str | int]) -> str:
    kind, *path = loc or ("body",)
    if kind == "body":
        return pointer(path)
    mark = {"query": "?", "header": ":", "cookie": ":"}.get(str(kind), "/")
    return mark + ".".join(map(str, path))
