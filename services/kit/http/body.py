"""Reading what was sent: counted while it streams, and parsed by a strict parser.

JSON as the world's parsers take it is too wide for a log that must be read back for years: NaN,
doubled keys, half a surrogate pair or a NUL pass one reader and break the next. What `parse_json`
lets through, every reader of the log and PostgreSQL can take.
"""

import zlib
from collections.abc import Callable
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request

from services.kit.http import strict_json
from services.kit.http.problem import ProblemError

BATCH_LIMIT = 1 << 20
"""Bytes of a list of actions."""
WEBHOOK_LIMIT = 256 << 10
"""Bytes of one delivery of a platform."""

Parsed = TypeVar("Parsed")


def parse_json(raw: bytes) -> Any:
    """The value of strict JSON. Raises ProblemError 400 that names every fault."""
    return _parsed(strict_json.parse_json, raw)


def parse_lines(raw: bytes) -> list[Any]:
    """The values of newline-delimited strict JSON. Raises ProblemError 400."""
    return _parsed(strict_json.parse_lines, raw)


def _parsed(parse: Callable[[bytes], Parsed], raw: bytes) -> Parsed:
    try:
        return parse(raw)
    except strict_json.MalformedError as error:
        raise ProblemError(400, "Malformed JSON", str(error), error.faults) from None


async def read_body(request: Request, limit: int = BATCH_LIMIT) -> bytes:
    """The body, unpacked where it came gzipped; never more than `limit` bytes are held.

    Raises ProblemError 413 (too large, packed or unpacked), 415 (another encoding), 400 (broken
    gzip, or the client went away).
    """
    declared = request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared[:20]) > limit:
        raise _too_large(limit)
    encoding = request.headers.get("content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", ""):
        raise ProblemError(415, "Unsupported encoding", "Send the body plain or gzipped.")
    raw = await _gather(request, limit)
    return unpack(raw, limit) if encoding == "gzip" else raw


async def _gather(request: Request, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    try:
        async for chunk in request.stream():
            size += len(chunk)
            if size > limit:
                raise _too_large(limit)
            chunks.append(chunk)
    except ClientDisconnect:
        raise ProblemError(400, "Incomplete", "The connection closed inside the body.") from None
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def unpack(packed: bytes, limit: int) -> bytes:
    """Gunzip at most `limit` bytes, whatever the packed size promises.

    Raises ProblemError 413 beyond the limit, 400 when it is no (whole) gzip stream.
    """
    stream = zlib.decompressobj(wbits=31)
    try:
        plain = stream.decompress(packed, limit + 1)
    except zlib.error:
        raise ProblemError(400, "Broken gzip", "The body is not gzip; send it again.") from None
    if len(plain) > limit:
        raise _too_large(limit)
    if not stream.eof or stream.unused_data:
        raise ProblemError(400, "Broken gzip", "The body is not one whole gzip stream.")
    return plain


def _too_large(limit: int) -> ProblemError:
    detail = f"At most {limit} bytes a request, packed or unpacked; send it in several."
    # What is still on its way would be read as the next request.
    return ProblemError(413, "Too large", detail, headers={"Connection": "close"})
