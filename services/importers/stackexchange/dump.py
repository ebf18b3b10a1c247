"""Reading a dump's files, a row at a time: memory does not grow with the dump."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

from services.kit.runtime import clock


class Row(dict[str, str]):
    """The attributes of a row."""

    def __missing__(self, key: str) -> str:
        raise DumpError(f"a row ({dict(self)!s:.80}) lacks {key}; is this a dump's own XML?")


READ = ("Users", "Posts", "Comments", "Votes")
"""The files that become actions; only Posts must be there."""


class DumpError(Exception):
    """The folder is no dump, or a file of it is broken. The text says what to do."""


@dataclass(frozen=True, slots=True)
class Dump:
    """A folder whose files were found, measured and fingerprinted."""

    files: Mapping[str, Path]
    rows: Mapping[str, int]
    digest: str
    """Of all bytes read: the same dump has the same digest wherever it lies."""


def open_dump(folder: Path) -> Dump:
    """Looks at a dump once. Raises DumpError where there is none."""
    if not folder.is_dir():
        raise DumpError(f"{folder} is not a folder; unpack the dump's archive and name that folder")
    found = {path.stem.lower(): path for path in folder.iterdir() if path.suffix.lower() == ".xml"}
    files = {name: found[name.lower()] for name in READ if name.lower() in found}
    if "Posts" not in files:
        raise DumpError(f"{folder} has no Posts.xml; name the folder the dump was unpacked into")
    digest = hashlib.sha256()
    counted = {name: _measure(path, digest) for name, path in files.items()}
    return Dump(files, counted, digest.hexdigest()[:32])


def _measure(path: Path, digest: "hashlib._Hash") -> int:
    digest.update(path.name.lower().encode())
    count = 0
    with path.open("rb") as file:
        for line in file:  # a dump has one row a line
            digest.update(line)
            count += b"<row " in line
    return count


def rows(dump: Dump, name: str) -> Iterator[Row]:
    """The rows of one file in file order; none where the dump lacks it. Raises DumpError."""
    path = dump.files.get(name)
    if path is None:
        return
    try:
        with path.open("rb") as file:
            yield from _rows(file)
    except (ParseError, DefusedXmlException) as error:
        raise DumpError(f"{path} is not whole ({error}); unpack it again") from error


def _rows(file: object) -> Iterator[Row]:
    root = None
    for event, element in iterparse(file, events=("start", "end"), forbid_dtd=True):
        if root is None:
            root = element
        elif event == "end" and element.tag == "row":
            yield Row(element.attrib)
            root.clear()  # what was read is let go, or the whole tree would stay


def instant(text: str) -> int:
    """A dump's time (UTC, without saying so) as an instant. Raises DumpError."""
    try:
        return clock.instant(datetime.fromisoformat(text).replace(tzinfo=UTC))
    except ValueError as error:
        raise DumpError(f"{text!r:.80} is no time; is this a dump's own XML?") from error
