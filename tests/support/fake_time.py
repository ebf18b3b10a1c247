"""Another wall clock for a process that we start: libfaketime, told by a file what to show."""

import os
from pathlib import Path

import pytest

from tests.support.processes import ROOT

_LIBRARY = "libfaketimeMT.so.1"
_PLACES = ((ROOT, f".cache/tools/lib/{_LIBRARY}"), (Path("/usr/lib"), f"**/faketime/{_LIBRARY}"))


class FakeTime:
    """Processes with `environment` have a wall clock that is off by as much as was set last."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "wall-clock"
        self.set(0)
        self.environment = {
            "LD_PRELOAD": str(_library()),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def set(self, seconds: int) -> None:
        """From now on the wall clock is so far ahead of the true one, or behind it."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}\n", encoding="ascii")
        os.replace(fresh, self._file)


def _library() -> Path:
    """Where it is. Skips, or fails under CI, where it is not."""
    for folder, pattern in _PLACES:
        for path in folder.glob(pattern):
            return path
    return pytest.skip("a real process's clock: libfaketime is missing; install the package")
