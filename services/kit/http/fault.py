"""One thing wrong with what was sent, and the pointer to it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """Where (a JSON pointer, "" for the whole), and what is wrong there."""

    pointer: str
    detail: str


def pointer(path: Iterable[str | int]) -> str:
    """JSON pointer (RFC 6901) of a path of keys and indices."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
