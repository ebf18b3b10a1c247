"""Certificates by a child process: one at a time, each within a time, and kept for the next."""

import asyncio
import contextlib
import json
import sys
from collections import OrderedDict
from hashlib import blake2b
from typing import Any

from services.kit.http.problem import ProblemError

PATIENCE = 10.0
"""Seconds a certificate may take; then the process is ended and another takes its place."""
MOST_WAITING = 32
KEPT = 16 << 20
"""Bytes of finished certificates that are kept."""
LARGEST = 8 << 20


class Press:
    """Sets certificates; the process is started with the first."""

    def __init__(self, patience: float = PATIENCE, worker: str = f"{__package__}.worker") -> None:
        self._patience, self._worker = patience, worker
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._kept: OrderedDict[bytes, bytes] = OrderedDict()
        self._size = 0
        self.set = 0
        """How many were set, and not taken from what is kept."""

    async def printed(self, said: dict[str, Any], format_: str) -> bytes:
        """A certificate. Raises ProblemError 503 where it takes too long or too many wait."""
        line = json.dumps({"said": said, "format": format_}, sort_keys=True).encode() + b"\n"
        name = blake2b(line, digest_size=16).digest()
        if (found := self._kept.get(name)) is not None:
            self._kept.move_to_end(name)
            return found
        if self._waiting >= MOST_WAITING:
            raise _not_now("Many certificates are being made.")
        self._waiting += 1
        try:
            async with self._turn:
                made = self._kept.get(name) or await self._made(line)
        finally:
            self._waiting -= 1
        self._keep(name, made)
        return made

    async def stop(self) -> None:
        """End the process. Stopping twice is safe."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _made(self, line: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._patience):
                made = await self._asked(line)
        except (TimeoutError, OSError, asyncio.IncompleteReadError):
            await self.stop()
            raise _not_now("It could not be set in time.") from None
        except BaseException:
            # Whoever asked is gone; what comes later must not be taken for the next one's answer.
            await self.stop()
            raise
        self.set += 1
        if not made:
            raise ProblemError(422, "Cannot be set", "The certificate's words cannot be set.")
        return made

    async def _asked(self, line: bytes) -> bytes:
        process = self._process
        if process is None or process.returncode is not None:
            process = self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", self._worker,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LARGEST,
            )  # fmt: skip
        assert process.stdin is not None  # noqa: S101 - piped above
        assert process.stdout is not None  # noqa: S101
        process.stdin.write(line)
        await process.stdin.drain()
        size = int.from_bytes(await process.stdout.readexactly(8), "big")
        return await process.stdout.readexactly(size)

    def _keep(self, name: bytes, made: bytes) -> None:
        if name not in self._kept:
            self._kept[name] = made
            self._size += len(made)
        while self._size > KEPT:
            _, oldest = self._kept.popitem(last=False)
            self._size -= len(oldest)


def _not_now(why: str) -> ProblemError:
    return ProblemError(503, "Not now", why, headers={"Retry-After": "2"})
