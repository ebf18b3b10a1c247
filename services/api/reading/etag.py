"""ETags: every JSON answer to a GET carries one, and who has it already is told so in 304."""

from hashlib import blake2b

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Etags:
    """Middleware. Holds back a 200 in JSON until it is whole, which such answers are anyway."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["method"] != "GET":
            return await self.app(scope, receive, send)
        known = Headers(scope=scope).get("if-none-match", "")
        return await self.app(scope, receive, _Held(send, known))


class _Held:
    """Sends on what it must not hold; of the rest it makes one tagged answer, or a 304."""

    def __init__(self, send: Send, known: str) -> None:
        self._send, self._known = send, known
        self._start: Message | None = None
        self._body: list[bytes] = []

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            kind = Headers(raw=message["headers"]).get("content-type", "")
            if message["status"] == 200 and kind.startswith("application/json"):
                self._start = message
                return
        elif self._start is not None:
            self._body.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._finish(self._start, b"".join(self._body))
            return
        await self._send(message)

    async def _finish(self, start: Message, body: bytes) -> None:
        tag = f'"{blake2b(body, digest_size=12).hexdigest()}"'
        headers = MutableHeaders(raw=start["headers"])
        headers["etag"] = tag
        headers.setdefault("cache-control", "private, no-cache")
        headers.add_vary_header("authorization")
        if holds(self._known, tag):
            start["status"], body = 304, b""
            del headers["content-length"]
            del headers["content-type"]
        await self._send(start)
        await self._send({"type": "http.response.body", "body": body})


def holds(known: str, tag: str) -> bool:
    """Whether an If-None-Match names the tag; weak and strong compare equal (RFC 9110, 13.1.2)."""
    named = [part.strip().removeprefix("W/") for part in known.split(",")]
    return "*" in named or tag in named
