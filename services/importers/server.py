"""The Hearth that actions are sent to, over HTTP.

ServerError
  UnreachableError   nothing answers there, or stopped answering for too long
  RefusedError       it answered, and said no; the text is its own explanation
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

PATIENCE = 600.0
"""Seconds of waiting without an answer that counts, after which a server is given up."""
LONGEST_PAUSE = 30.0
_BUSY = frozenset({429, 502, 503, 504})

Pause = Callable[[float], Awaitable[None]]
Json = dict[str, Any]


class ServerError(Exception):
    """Sending cannot go on. The text is one line that says what to do."""


class UnreachableError(ServerError):
    """Nothing answers."""


class RefusedError(ServerError):
    """An answer that trying again would not change."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(text)
        self.status = status


class CommunityRefusedError(RefusedError):
    """A community cannot be made as it was asked for."""


class Server:
    """Calls that wait for a busy or restarting server. Made by `connect`."""

    def __init__(self, session: aiohttp.ClientSession, address: str, pause: Pause) -> None:
        self._session = session
        self._address = address
        self._pause = pause
        self._answered = False

    async def community(self, slug: str) -> Json | None:
        """What the server knows of a community, None where there is none."""
        try:
            return await self._call("GET", f"/v1/communities/{slug}")
        except RefusedError as error:
            if error.status == 404:
                return None
            raise

    async def read(self, path: str) -> Json:
        """What a GET answers."""
        return await self._call("GET", path)

    async def create(self, slug: str, settings: Mapping[str, str]) -> Json:
        """Makes a community, or changes it. Raises CommunityRefusedError."""
        try:
            return await self._call("PUT", f"/v1/communities/{slug}", json.dumps(settings).encode())
        except RefusedError as error:
            raise CommunityRefusedError(error.status, str(error)) from error

    async def send(self, actions: Sequence[bytes]) -> Json:
        """Posts a list: {accepted, position, unknown}. Safe to repeat: ids make it so."""
        try:
            return await self._call("POST", "/v1/actions", b"[" + b",".join(actions) + b"]")
        except RefusedError as error:
            if error.status != 413 or len(actions) == 1:
                raise
        half = len(actions) // 2
        first, second = await self.send(actions[:half]), await self.send(actions[half:])
        return _together(first, second)

    async def _call(self, method: str, path: str, body: bytes | None = None) -> Json:
        waited = 0.0
        for attempt in range(1_000_000):
            answer, wait = await self._once(method, path, body)
            if answer is not None:
                return answer
            wait = min(wait or 0.2 * 2 ** min(attempt, 7), LONGEST_PAUSE)
            waited += wait
            if waited > PATIENCE:
                break
            await self._pause(wait)
        raise UnreachableError(
            f"{self._address} stopped taking actions; run the same command again when it is well"
        )

    async def _once(
        self, method: str, path: str, body: bytes | None
    ) -> tuple[Json | None, float | None]:
        """One try: the answer, or after how many seconds the server wants the next one."""
        headers = {"Content-Type": "application/json"} if body else {}
        try:
            async with self._session.request(
                method, self._address + path, data=body, headers=headers
            ) as response:
                self._answered = True
                raw = await response.read()
                if response.status in _BUSY:
                    return None, _retry_after(response)
                return self._judged(response.status, raw), None
        except (aiohttp.ClientConnectionError, aiohttp.ClientPayloadError, TimeoutError) as error:
            if self._answered:
                return None, None  # it was there: perhaps it is being started again
            raise UnreachableError(
                f"no server answers at {self._address}; start one with `make run` first"
            ) from error

    def _judged(self, status: int, raw: bytes) -> Json:
        answer = _object(raw)
        if status >= 400:
            raise RefusedError(status, _explained(status, answer))
        return answer


@asynccontextmanager
async def connect(address: str, key: str, pause: Pause = asyncio.sleep) -> AsyncIterator[Server]:
    """A server to talk to. Nothing is sent before the first call."""
    headers = {"Authorization": f"Bearer {key}"}
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as session:
        yield Server(session, address.rstrip("/"), pause)


def _retry_after(response: aiohttp.ClientResponse) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdigit() else None


def _object(raw: bytes) -> Json:
    try:
        found = json.loads(raw or b"{}")
    except ValueError:
        return {"detail": raw[:200].decode(errors="replace")}
    return found if isinstance(found, dict) else {"detail": str(found)[:200]}


def _explained(status: int, problem: Json) -> str:
    if status == 401:
        return "the server does not know this key; pass --key, or set HEARTH_OPERATOR_KEY"
    parts = [f"{status} {problem.get('title', '')}".strip(), str(problem.get("detail", ""))]
    parts += [f"{e.get('pointer', '')}: {e.get('detail', '')}" for e in problem.get("errors", [])]
    return "; ".join(part for part in parts[:5] if part)


def _together(first: Json, second: Json) -> Json:
    unknown = dict(first.get("unknown") or {})
    for kind, count in (second.get("unknown") or {}).items():
        unknown[kind] = unknown.get(kind, 0) + count
    accepted = first.get("accepted", 0) + second.get("accepted", 0)
    return second | {"accepted": accepted, "unknown": unknown}
