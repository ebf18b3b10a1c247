"""Where to send and as whom: what was typed, else the settings of the server on this host."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

KEY_FILE = "operator.key"
"""Where a server that made its own operator key keeps it, in its data folder."""


class TargetError(Exception):
    """No key to be had. The text says what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """A server's address and the key to use there."""

    address: str
    key: str


def resolve(
    address: str | None = None,
    key: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Target:
    """What was typed, else HEARTH_HOST, HEARTH_PORT, HEARTH_OPERATOR_KEY, else the key that the
    server keeps in HEARTH_DATA. Raises TargetError."""
    host = environment.get("HEARTH_HOST", "127.0.0.1")
    # A server that listens everywhere is reached at home.
    host = "127.0.0.1" if host in {"0.0.0.0", "::", ""} else host  # noqa: S104 - not bound here
    found = address or f"http://{host}:{environment.get('HEARTH_PORT', '8080')}"
    if not found.startswith(("http://", "https://")):
        raise TargetError(f"{found!r} is no address; give one like http://127.0.0.1:8080")
    return Target(found, key or environment.get("HEARTH_OPERATOR_KEY") or _kept(environment))


def _kept(environment: Mapping[str, str]) -> str:
    file = Path(environment.get("HEARTH_DATA", "./.hearth")).expanduser() / KEY_FILE
    try:
        return file.read_text("utf-8").strip()
    except OSError as error:
        raise TargetError(
            f"no operator key in {file}; start a server with `make run` first, or pass --key"
        ) from error
