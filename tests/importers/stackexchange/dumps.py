"""Dumps to read: by hand, or the real one of the Quantum site."""

import csv
import gzip
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

Rows = Sequence[Mapping[str, str]]

REAL = "HEARTH_TEST_QUANTUM"
"""Names a folder with the whole dump; without it the reduced copy is expanded."""
_COPY = Path(__file__).parents[1] / "data" / "quantum_2018.csv.gz"


def write(folder: Path, **files: Rows) -> Path:
    """A dump with these rows, each file as the site writes it: a BOM, one row a line."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in files.items():
        tag = name.lower()
        lines = [f"  <row {_attributes(row)} />" for row in rows]
        head = f'<?xml version="1.0" encoding="utf-8"?>\n<{tag}>'
        text = "\n".join(["\ufeff" + head, *lines, f"</{tag}>"])
        (folder / f"{name}.xml").write_text(text, "utf-8")
    return folder


def _attributes(row: Mapping[str, str]) -> str:
    return " ".join(f"{key}={quoteattr(value)}" for key, value in row.items())


def quantum(scratch: Path) -> Path:
    """A folder with the Quantum dump: the real one where there is one."""
    if REAL in os.environ:
        return Path(os.environ[REAL])
    return write(scratch / "quantumcomputing.stackexchange.com", **tables())


def tables() -> dict[str, list[dict[str, str]]]:
    """The reduced copy: file name -> rows."""
    with gzip.open(_COPY, "rt", encoding="utf-8", newline="") as file:
        return _tables(csv.reader(file))


def _tables(lines: Iterator[list[str]]) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    columns: list[str] = []
    for first, *cells in lines:
        if first:
            rows = found[first] = []
            columns = cells
        else:
            rows.append({key: value for key, value in zip(columns, cells, strict=True) if value})
    return found
