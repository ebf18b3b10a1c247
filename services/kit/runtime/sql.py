"""SQL as prose: queries live in `.sql` files beside their owner and are loaded by name.

    -- name: head_of
    -- The next offset of a partition.
    SELECT next FROM log.head WHERE partition = $1;

`load(__file__)` gives an object with an attribute a query. Parameters are PostgreSQL's own $1.
"""

import re
from collections.abc import Iterator
from pathlib import Path

_NAME = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)


class Queries:
    """The queries of one file, by attribute; AttributeError lists them for an unknown name."""

    def __init__(self, path: Path) -> None:
        self._path = path
        parts = _NAME.split(path.read_text(encoding="utf-8"))
        self._texts = {
            name: text.strip().rstrip(";")
            for name, text in zip(parts[1::2], parts[2::2], strict=True)
        }

    def __getattr__(self, name: str) -> str:
        try:
            return self._texts[name]
        except KeyError:
            known = ", ".join(self._texts)
            raise AttributeError(
                f"no query {name!r} in {self._path.name}; it has {known}"
            ) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)


def load(module_file: str, name: str = "queries.sql") -> Queries:
    """The queries of the file `name` that lies beside `module_file`."""
    return Queries(Path(module_file).with_name(name))
