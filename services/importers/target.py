"""Where to send and as whom: what was typed, else the settings of the server on this host."""

from dataclasses import dataclass
from pathlib import Path

from services.kit.runtime.settings import Settings

KEY_FILE = "operator.key"
"""Where a server that made its own operator key keeps it, in its data folder."""
_EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - told apart, not bound


class TargetError(Exception):
    """Nowhere to send, or no key to be had. The text says what to do."""


@dataclass(frozen=True, slots=True)
class Target:
    """A server's address and the key to use there."""

    address: str
    key: str


def resolve(settings: Settings, address: str | None = None, key: str | None = None) -> Target:
    """What was typed, else the settings, else the key that the server keeps in its data folder.

    Raises TargetError.
    """
    found = address or address_of(settings)
    if not found.startswith(("http://", "https://")):
        raise TargetError(f"{found!r} is no address; give one like http://127.0.0.1:8080")
    if key:
        return Target(found, key)
    if settings.operator_key is not None:
        return Target(found, settings.operator_key.get_secret_value())
    return Target(found, _kept(settings.data.expanduser() / KEY_FILE))


def address_of(settings: Settings) -> str:
    """Where a server with these settings is reached from its own host."""
    host = "127.0.0.1" if settings.host in _EVERYWHERE else settings.host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _kept(file: Path) -> str:
    try:
        return file.read_text("utf-8").strip()
    except OSError as error:
        raise TargetError(
            f"no operator key in {file}; start a server with `make run` first, or pass --key"
        ) from error
