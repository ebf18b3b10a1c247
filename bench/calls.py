"""A small HTTP/1.1 client, so that what is measured is the server and not who asks."""

import asyncio
import json
from typing import Any, NamedTuple, Self


class Answer(NamedTuple):
    """Status and body."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Caller:
    """One kept connection to 127.0.0.1; calls go one after another."""

    def __init__(self, port: int, key: str) -> None:
        self._port = port
        self._head = f"Host: 127.0.0.1\r\nAuthorization: Bearer {key}\r\n"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._streams is not None
        self._streams[1].close()

    def prepared(self, method: str, path: str, body: bytes = b"", more: str = "") -> bytes:
        """The bytes of a request. `more` are headers, each with its line end."""
        sized = f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n" if body else ""
        return f"{method} {path} HTTP/1.1\r\n{self._head}{sized}{more}\r\n".encode() + body

    async def send(self, request: bytes) -> Answer:
        """The answer to prepared bytes."""
        assert self._streams is not None
        reader, writer = self._streams
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        return Answer(int(head[9:12]), await reader.readexactly(length))

    async def get(self, path: str, wait_for: int | None = None) -> Any:
        """GET as JSON. Raises RuntimeError for anything but 200."""
        more = "" if wait_for is None else f"Hearth-Wait-For: {wait_for}\r\n"
        return expected(await self.send(self.prepared("GET", path, more=more)), 200)

    async def introduce(self, community: str, policy: dict[str, Any]) -> None:
        """Create a community with a policy. Raises RuntimeError."""
        path = f"/v1/communities/{community}"
        made = json.dumps({"name": community, "type": "interest"}).encode()
        expected(await self.send(self.prepared("PUT", path, made)), 201)
        await self.post(f"{path}/policies", policy)

    async def post(self, path: str, value: Any) -> Any:
        """POST as JSON. Raises RuntimeError for anything but 202."""
        body = json.dumps(value).encode()
        return expected(await self.send(self.prepared("POST", path, body)), 202)


def expected(answer: Answer, status: int) -> Any:
    """The body of an answer with this status. Raises RuntimeError."""
    if answer.status != status:
        raise RuntimeError(f"{answer.status} instead of {status}: {answer.body[:500]!r}")
    return answer.json()


def quantile(values: list[float], share: float) -> float:
    """The value that `share` of all do not pass (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-int(len(ordered) * share * 1e6) // 1_000_000) - 1)]
