"""Actions and webhooks, handed on to an ingest of its own process, byte for byte."""

from collections.abc import AsyncIterator, Iterable

import aiohttp
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from yarl import URL

from services.kit.http.body import BATCH_LIMIT
from services.kit.http.problem import ProblemError

PATIENCE = 60.0
"""Seconds ingest may take; its own deadline is shorter."""
_OF_THE_HOP = frozenset(
    {"connection", "host", "keep-alive", "proxy-authenticate"}
    | {"proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade", "expect"}
)


class Forward:
    """Routes that ingest answers. Start before the first request; stopping twice is safe."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._session: aiohttp.ClientSession | None = None

    def routes(self) -> list[Route]:
        """The calls that are ingest's."""
        return [
            Route("/v1/actions", self.hand_on, methods=["POST"]),
            Route("/v1/webhooks/{community}/{source}", self.hand_on, methods=["GET", "POST"]),
        ]

    async def start(self) -> None:
        """Make ready to connect."""
        self._session = aiohttp.ClientSession(
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(total=PATIENCE, sock_connect=5),
            connector=aiohttp.TCPConnector(limit=0),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=["User-Agent", "Accept-Encoding", "Accept", "Content-Type"],
        )

    async def stop(self) -> None:
        """Let the connections go."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def hand_on(self, request: Request) -> Response:
        """Ingest's answer. Raises ProblemError 413 beyond the limit, 503 when ingest is away."""
        if self._session is None:
            raise _away()
        body = _Counted(request)
        try:
            async with self._session.request(
                request.method,
                self._target(request),
                headers=_kept(request.headers.items()),
                data=aiter(body) if request.method == "POST" else None,
                allow_redirects=False,
            ) as answer:
                raw = await answer.read()
                return _answer(answer.status, _kept(answer.headers.items()), raw)
        except (aiohttp.ClientError, TimeoutError, OSError):
            raise body.problem or _away() from None

    def _target(self, request: Request) -> URL:
        path = request.scope.get("raw_path") or request.url.path.encode()
        query = request.scope.get("query_string", b"")
        text = path.decode("latin-1") + (f"?{query.decode('latin-1')}" if query else "")
        return URL(self._url + text, encoded=True)


class _Counted:
    """The body as it streams in, up to the limit; `problem` is why it broke off."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self.problem: ProblemError | None = None

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        try:
            async for chunk in self._request.stream():
                size += len(chunk)
                if size > BATCH_LIMIT:
                    self.problem = _too_large()
                    raise self.problem
                if chunk:
                    yield chunk
        except ClientDisconnect:
            self.problem = ProblemError(400, "Incomplete", "The connection closed in the body.")
            raise


def _kept(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name.lower() not in _OF_THE_HOP]


def _answer(status: int, headers: list[tuple[str, str]], raw: bytes) -> Response:
    response = Response(raw, status)
    for name, value in headers:
        if name.lower() not in ("content-length", "date", "server"):
            response.headers.append(name, value)
    return response


def _too_large() -> ProblemError:
    detail = f"At most {BATCH_LIMIT} bytes a request; send it in several."
    return ProblemError(413, "Too large", detail, headers={"Connection": "close"})


def _away() -> ProblemError:
    detail = "Ingest does not answer. Send the same again, with the same ids: it counts once."
    return ProblemError(503, "Unavailable", detail, headers={"Retry-After": "1"})
