"""A client of the API for tests that stand outside: HTTP and nothing else."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any, NamedTuple, Self

import aiohttp

Json = Any


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: Json


class Fact(NamedTuple):
    """One server-sent event."""

    id: str
    type: str
    data: Json


class Client:
    """Calls as one key. Use it as an async context manager."""

    def __init__(self, address: str, key: str | None) -> None:
        self.address = address
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._made = {"headers": headers, "timeout": aiohttp.ClientTimeout(total=30)}
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=False, limit=0), **self._made
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._session is not None
        await self._session.close()

    async def call(
        self,
        method: str,
        path: str,
        body: Json = None,
        *,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
        **query: str | int,
    ) -> Answer:
        """One call; `body` goes as JSON, `raw` as it is. Raises aiohttp.ClientError, OSError."""
        assert self._session is not None
        sent = dict(headers or {})
        if body is not None:
            raw = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        async with self._session.request(
            method, self.address + path, data=raw, headers=sent, params=query
        ) as answer:
            text = await answer.text()
            kind = answer.headers.get("Content-Type", "")
            told = json.loads(text) if "json" in kind and text else text
            lower = {name.lower(): value for name, value in answer.headers.items()}
            return Answer(answer.status, lower, told)

    async def get(self, path: str, *, position: int | None = None, **query: str | int) -> Json:
        """The body of a read that must succeed, waiting for `position`."""
        headers = {} if position is None else {"Hearth-Wait-For": str(position)}
        answer = await self.call("GET", path, headers=headers, **query)
        assert answer.status == 200, f"GET {path}: {answer.status} {answer.body}"
        return answer.body

    async def put(self, path: str, body: Json) -> Answer:
        """A PUT that must succeed."""
        answer = await self.call("PUT", path, body)
        assert answer.status in (200, 201, 202), f"PUT {path}: {answer.status} {answer.body}"
        return answer

    async def post(self, path: str, body: Json = None) -> Answer:
        """A POST that must succeed."""
        answer = await self.call("POST", path, body)
        assert answer.status in (200, 201, 202), f"POST {path}: {answer.status} {answer.body}"
        return answer

    async def act(self, actions: Json | Sequence[Json]) -> int:
        """Send actions that must be taken; the position of the last."""
        answer = await self.post("/v1/actions", actions)
        assert answer.status == 202
        return int(answer.body["position"])

    async def facts(
        self, community: str, after: str | None = None, since: str = "now"
    ) -> AsyncIterator[Fact]:
        """The stream of a community's facts, after the one with the id `after`, or `since`."""
        assert self._session is not None
        headers = {"Accept": "text/event-stream"}
        if after is not None:
            headers["Last-Event-ID"] = after
        async with self._session.get(
            f"{self.address}/v1/communities/{community}/stream",
            headers=headers,
            params={"since": since},
            timeout=aiohttp.ClientTimeout(total=None),
        ) as answer:
            assert answer.status == 200, await answer.text()
            fields: dict[str, str] = {}
            async for line in answer.content:
                name, _, value = line.decode().rstrip("\n").rstrip("\r").partition(":")
                if name:
                    fields[name] = value.removeprefix(" ")
                    continue
                if not value and "data" in fields:
                    told = json.loads(fields["data"])
                    yield Fact(fields.get("id", ""), fields.get("event", ""), told)
                fields = {}


async def first(facts: AsyncIterator[Fact], count: int, seconds: float = 30) -> list[Fact]:
    """The next `count` facts."""
    found: list[Fact] = []
    async with asyncio.timeout(seconds):
        async for fact in facts:
            found.append(fact)
            if len(found) == count:
                break
    return found
