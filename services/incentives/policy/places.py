"""Where in a document something is named. Pure.

What names something says so by the kind and name of the thing it stands in, such as `cap a-day`;
here that becomes the path of the very word, so that whoever wrote it need not look for it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]

_LISTS = {"rule": "points", "cap": "caps"}
_HINTS: Mapping[str, frozenset[str]] = {
    "accounts": frozenset(
        {"account", "gives", "cost", "doer", "author", "inviter", "referrer", "pays"}
    ),
    "rules": frozenset({"rules", "exempt"}),
    "rewards": frozenset({"grants", "reward"}),
    "badges": frozenset({"badge"}),
    "streaks": frozenset({"streak"}),
    "quests": frozenset({"after"}),
    "spaces": frozenset({"after"}),
    "boards": frozenset({"board"}),
    "ladders": frozenset({"ladder"}),
}
"""Keys under which the names of a section's things stand."""
_NOT_NAMES = frozenset({"name", "title", "description"})


def place_of(document: Mapping[str, Any], where: str, section: str, name: str) -> Path:
    """The path of a name that something holds; of the thing itself where it is not found."""
    path, inside = _thing(document, where)
    found = list(_occurrences(inside, name, path))
    hinted = [each for each in found if _HINTS.get(section, frozenset()) & set(each[len(path) :])]
    return next(iter(hinted or found), path)


def _thing(document: Mapping[str, Any], where: str) -> tuple[Path, Any]:
    kind, _, name = where.partition(" ")
    section = _LISTS.get(kind)
    if section is not None:
        for number, each in enumerate(document.get(section) or ()):
            if isinstance(each, Mapping) and each.get("name") == name:
                return (section, number), each
        return (section,), document.get(section)
    for section in (kind, f"{kind}s"):
        inside = document.get(section)
        if name and isinstance(inside, Mapping) and name in inside:
            return (section, name), inside[name]
        if inside is not None:
            return (section,), inside
    return (), document


def _occurrences(value: Any, name: str, path: Path) -> Iterator[Path]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key in _NOT_NAMES:
                continue
            if key == name:
                yield (*path, key)
            yield from _occurrences(inner, name, (*path, key))
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _occurrences(inner, name, (*path, number))
    elif value == name:
        yield path
