"""Lists by `cursor` and `limit`, and times of the past, as they come in a query."""

import base64
import binascii
from typing import Annotated, TypeVar

import msgspec
from fastapi import Query

from services.kit.http.problem import Fault, ProblemError
from services.kit.runtime import clock

T = TypeVar("T")
MOST = 200
_EARLIEST = clock.parse_rfc3339("1900-01-01T00:00:00Z")
_LATEST = clock.parse_rfc3339("2200-01-01T00:00:00Z")

Limit = Annotated[int, Query(ge=1, le=MOST, description="Rows at most.")]
Cursor = Annotated[
    str | None,
    Query(max_length=1024, description="`next` of the answer before; opaque."),
]
AsOf = Annotated[
    str | None,
    Query(
        max_length=64,
        description="What was true of this RFC 3339 time, such as 2026-11-20T08:30:00Z.",
        json_schema_extra={"format": "date-time"},
    ),
]


def made(*place: int | str) -> str:
    """The cursor of a place in a list."""
    return base64.urlsafe_b64encode(msgspec.json.encode(place)).rstrip(b"=").decode()


def place(cursor: str | None, shape: type[T]) -> T | None:
    """The place of a cursor, as a tuple type says; None without one. Raises ProblemError 400."""
    if cursor is None:
        return None
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        if b"\\u0000" not in raw:
            return msgspec.json.decode(raw, type=shape)
    except (binascii.Error, ValueError, msgspec.DecodeError):
        pass
    raise wrong("cursor", "no cursor of this list; take it from `next`, or leave it out")


def instant(text: str | None, name: str = "as_of") -> int | None:
    """A query's RFC 3339 time as an instant; None without one. Raises ProblemError 400."""
    if text is None:
        return None
    try:
        at = clock.parse_rfc3339(text.replace(" ", "+"))  # an unescaped plus arrives as a space
    except (ValueError, OverflowError):
        raise wrong(name, "not an RFC 3339 time such as 2026-11-20T08:30:00Z") from None
    if not _EARLIEST <= at < _LATEST:
        raise wrong(name, "a time between the years 1900 and 2200")
    return at


def wrong(name: str, detail: str) -> ProblemError:
    """400 about a parameter of the query."""
    return ProblemError(400, "Wrong parameter", f"{name}: {detail}", [Fault(f"?{name}", detail)])
