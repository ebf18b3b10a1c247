"""One server for all of a test run's processes: the first to ask starts it, the last stops it."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

Facts = dict[str, Any]


def run_folder(factory: pytest.TempPathFactory) -> Path:
    """A folder that all xdist workers of this run see, and no other run does."""
    base = factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@contextmanager
def shared(
    folder: Path, name: str, start: Callable[[], Facts], stop: Callable[[Facts], None]
) -> Iterator[Facts]:
    """What `start` returned (JSON), from whichever process called it; `stop` gets it at the end."""
    book = folder / f"{name}.json"
    with _locked(folder, name):
        facts, users = _read(book) or (start(), [])
        _write(book, facts, [*users, os.getpid()])
    try:
        yield facts
    finally:
        with _locked(folder, name):
            facts, users = _read(book) or (facts, [])
            users = [user for user in users if user != os.getpid() and _alive(user)]
            if users:
                _write(book, facts, users)
            else:
                book.unlink(missing_ok=True)
                stop(facts)


@contextmanager
def _locked(folder: Path, name: str) -> Iterator[None]:
    with (folder / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _read(book: Path) -> tuple[Facts, list[int]] | None:
    if not book.exists():
        return None
    kept = json.loads(book.read_text())
    return kept["facts"], kept["users"]


def _write(book: Path, facts: Facts, users: list[int]) -> None:
    book.write_text(json.dumps({"facts": facts, "users": users}))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
