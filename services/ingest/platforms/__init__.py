"""The platforms, one folder each. A folder that lies here is a platform; nothing registers it.

    verify.py      verify(delivery, source) -> Verdict        is this really from the platform?
    translate.py   translate(delivery, source) -> Translation  what happened, as actions
    examples/      NAME.json: {"headers", "body", "actions"}; tests and documentation in one

Both functions are pure. `delivery` holds the raw bytes, as they came; `verify` sees them before
anything is parsed. What is wrong with a delivery raises `UnreadableError` in `translate`.
"""

import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol

from services.ingest.platforms.delivery import Delivery, Secrets, Translation, Verdict


class Verify(Protocol):
    def __call__(self, delivery: Delivery, source: Secrets) -> Verdict: ...


class Translate(Protocol):
    def __call__(self, delivery: Delivery, source: Secrets) -> Translation: ...


class Platform:
    """A platform's two functions and its folder."""

    def __init__(self, name: str, folder: Path, package: str) -> None:
        self.name = name
        self.folder = folder
        self.verify: Verify = importlib.import_module(f"{package}.{name}.verify").verify
        self.translate: Translate = importlib.import_module(f"{package}.{name}.translate").translate


def discover(paths: Iterable[str] = __path__, package: str = __name__) -> dict[str, Platform]:
    """Every platform under `paths`, by its name."""
    return {
        folder.name: Platform(folder.name, folder, package)
        for path in paths
        for folder in sorted(Path(path).iterdir())
        if (folder / "verify.py").is_file() and (folder / "translate.py").is_file()
    }
