"""From the types of pydantic's fields to msgspec's, for those that mean the same in both."""

import types
from dataclasses import fields
from datetime import datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from msgspec import Meta
from pydantic.fields import FieldInfo

from services.kit.actions.envelope import Rfc3339
from services.kit.actions.families import MemberMark, TextMark

_SAME = (str, float, bool, types.NoneType)
_MARKS = (MemberMark, TextMark)
_LIMITS = {"min_length", "max_length", "pattern", "ge", "le"}


class OthersError(Exception):
    """A type that is not plain."""


def plain(hint: Any) -> Any:
    """msgspec's type. Raises OthersError."""
    origin = get_origin(hint)
    if origin is Annotated:
        return _limited(*get_args(hint))
    if origin in (Union, types.UnionType):
        return Union[tuple(map(plain, get_args(hint)))]  # noqa: UP007
    if origin is list:
        return list[plain(*get_args(hint))]  # type: ignore[misc]
    if origin is Literal or hint in _SAME:
        return hint
    raise OthersError


def _limited(base: Any, *marks: Any) -> Any:
    if any(isinstance(mark, Rfc3339) for mark in marks):
        return Annotated[datetime, Meta(tz=True)]
    limits: dict[str, Any] = {}
    for mark in marks:
        limits |= _limits(mark)
    if base is int and limits.keys() == {"ge", "le"}:  # so that none is beyond 64 bits
        return Annotated[int, Meta(**limits)]
    return Annotated[plain(base), Meta(**limits)]


def _limits(mark: Any) -> dict[str, Any]:
    """What a mark of pydantic's limits, in msgspec's words."""
    if isinstance(mark, _MARKS):
        return {}
    parts = mark.metadata if isinstance(mark, FieldInfo) else [mark]
    found = {
        field.name: limit
        for part in parts
        for field in fields(part)
        if (limit := getattr(part, field.name)) is not None and limit is not False
    }
    if not found.keys() <= _LIMITS:
        raise OthersError
    if "pattern" in found:
        found["pattern"] = _whole(found["pattern"])
    return found


def _whole(pattern: str) -> str:
    """The pattern without the line break that Python's $ lets follow."""
    if not (pattern.startswith("^") and pattern.endswith("$")):
        raise OthersError
    return pattern[:-1] + r"\Z"
