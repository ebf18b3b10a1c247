"""A payload read with care: what has the wrong shape is named, never a KeyError."""

import hashlib
from typing import Any

from services.ingest.platforms.delivery import UnreadableError


class Payload:
    """An object of a web hook's body. `body` are the delivery's raw bytes."""

    def __init__(self, fields: dict[str, Any], body: bytes, path: str = "") -> None:
        self._fields = fields
        self._body = body
        self._path = path

    def number(self, name: str) -> int:
        """A whole number that has to be there. Raises UnreadableError."""
        value = self._fields.get(name)
        if not isinstance(value, int) or isinstance(value, bool):
            raise UnreadableError(f"{self._path}{name} is not a number")
        return value

    def maybe_number(self, name: str) -> int | None:
        """A whole number, or None."""
        return None if self._fields.get(name) is None else self.number(name)

    def text(self, name: str, at_most: int) -> str | None:
        """A text cut to `at_most` characters, or None."""
        value = self._fields.get(name)
        return value[:at_most] if isinstance(value, str) and value else None

    def flag(self, name: str) -> bool:
        """Whether a flag is set."""
        return self._fields.get(name) is True

    def part(self, name: str) -> "Payload":
        """An object inside that has to be there. Raises UnreadableError."""
        value = self._fields.get(name)
        if not isinstance(value, dict):
            raise UnreadableError(f"{self._path}{name} is not an object")
        return Payload(value, self._body, f"{self._path}{name}.")

    def maybe_part(self, name: str) -> "Payload | None":
        """An object inside, or None."""
        return self.part(name) if isinstance(self._fields.get(name), dict) else None

    def fingerprint(self) -> str:
        """Names this happening where the payload has no moment: Discourse makes the body once,
        when it happens, and every attempt carries the same."""
        return hashlib.sha256(self._body).hexdigest()[:16]
