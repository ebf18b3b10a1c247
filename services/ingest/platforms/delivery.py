"""What a platform's two functions are given and what they return."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request of a platform.

    Header names are lower case; a header that came several times holds its values joined by
    ", ". `body` are the raw bytes. `arrived` is an instant in microseconds.
    """

    method: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes
    arrived: int


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the operator entered for the connection: one secret, or two during rotation."""

    secrets: tuple[str, ...]
    settings: Mapping[str, object] = field(default_factory=dict)


class Verdict(StrEnum):
    """The outcome of a verification. Everything but GENUINE is answered 401."""

    GENUINE = "genuine"
    UNSIGNED = "unsigned"
    FORGED = "forged"
    STALE = "stale"
    NO_SECRET = "no_secret"  # noqa: S105 - a verdict


class UnreadableError(Exception):
    """A delivery of the platform's that makes no sense; answered 422. The text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform expects to be told, where it is picky (a handshake, an encrypted ok)."""

    body: bytes = b""
    content_type: str = "application/json"
    status: int = 200


@dataclass(frozen=True, slots=True)
class Translation:
    """The actions of a delivery: CloudEvents attributes without `community` and `source`.

    `id` names what happened, so that another delivery of the same, or an import, is known by it.
    `event` is the platform's own name of it, for counting; `known` whether we translate such.
    """

    event: str
    actions: tuple[Mapping[str, Any], ...] = ()
    known: bool = True
    answer: Answer | None = None
