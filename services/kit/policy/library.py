"""The shipped policies: one YAML file each in `shipped`, found by being there."""

from functools import cache
from pathlib import Path
from typing import Any

from services.kit.policy.document import read

FOLDER = Path(__file__).with_name("shipped")


class UnknownPolicyError(LookupError):
    """No policy of that name is shipped; the message lists those that are."""


def names() -> list[str]:
    """What is shipped, by name."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


@cache
def shipped(name: str) -> dict[str, Any]:
    """A shipped policy's document; not to be changed. Raises UnknownPolicyError."""
    if name not in names():
        raise UnknownPolicyError(f"no policy {name!r} is shipped; there are {', '.join(names())}")
    return read((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
