"""A small disk of a test's own, to be filled up and to have room again: a tmpfs with ballast."""

import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_LIBC = ctypes.CDLL(None, use_errno=True)
_DETACH = 2
"""MNT_DETACH: gone for everybody at once, and in truth when the last file is closed."""


class SmallDisk:
    """Mounted at `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / ".ballast"

    def fill(self) -> None:
        """Not a page is left."""
        with self._ballast.open("ab", buffering=0) as file:
            try:
                while file.write(bytes(1 << 20)):
                    pass
            except OSError:
                return

    def clear(self) -> None:
        """There is room again."""
        self._ballast.unlink()


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk]:
    """A disk of that size. Skips, and says why, where this process may not mount one."""
    folder.mkdir(parents=True)
    if _LIBC.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, b"size=%dm" % megabytes):
        why = os.strerror(ctypes.get_errno())
        pytest.skip(f"full disks: a tmpfs cannot be mounted here ({why}); it takes root")
    try:
        yield SmallDisk(folder)
    finally:
        _LIBC.umount2(os.fsencode(folder), _DETACH)
