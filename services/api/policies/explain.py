"""Faults as an author of a policy can use them: the place in the document, what is allowed there.

The models' own messages name a union's branches in the path and tell of a key that is not
permitted without saying which are. Both are put right with the published schema.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from services.kit.http.fault import Fault, pointer

_EXTRA = frozenset({"Extra inputs are not permitted", "no such field here"})
_KEY = re.compile(r"(?!(?:str|int|float|bool)$)[a-z_][a-z0-9_]*")
"""A key that may be missing; names of a union's branches look otherwise."""
_NOTHING: Any = object()


def explained(
    document: Mapping[str, Any], found: Iterable[Fault], schema: Mapping[str, Any]
) -> list[Fault]:
    """The faults, each once, in the words and at the places of the document."""
    told = {}
    for fault in found:
        steps = [
            step.replace("~1", "/").replace("~0", "~") for step in fault.pointer.split("/")[1:]
        ]
        path = _placed(document, steps)
        detail = fault.detail.removeprefix("Value error, ")
        if detail in _EXTRA:
            names = sorted(_keys(path[:-1], schema))
            detail = f"no such key; allowed here are {', '.join(names) or 'none'}"
            close = get_close_matches(path[-1], names, 1) if path else []
            detail += f"; did you mean {close[0]}?" if close else ""
        told[pointer(path), detail] = Fault(pointer(path), detail)
    return list(told.values())


def _placed(document: Any, steps: list[str]) -> list[str]:
    """The steps that lead somewhere in the document; the others name branches of a model."""
    value, path = document, []
    for number, step in enumerate(steps):
        inner = _inner(value, step)
        if inner is not _NOTHING:
            value = inner
            path.append(step)
        elif number == len(steps) - 1 and isinstance(value, Mapping) and _KEY.fullmatch(step):
            path.append(step)  # it is missing there
    return path


def _inner(value: Any, step: str) -> Any:
    if isinstance(value, Mapping):
        return value.get(step, _NOTHING)
    if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
        return value[int(step)]
    return _NOTHING


def _keys(path: list[str], schema: Mapping[str, Any]) -> set[str]:
    """The keys that the schema knows at a path."""
    nodes = list(_branches(schema, schema))
    for step in path:
        nodes = [
            branch
            for node in nodes
            for inner in _under(node, step)
            for branch in _branches(inner, schema)
        ]
    return {name for node in nodes for name in node.get("properties", {})}


def _branches(node: Mapping[str, Any], whole: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """A schema with its reference followed, or each schema that it is one of."""
    if "$ref" in node:
        yield from _branches(whole["$defs"][node["$ref"].rpartition("/")[2]], whole)
        return
    choices = [*node.get("anyOf", ()), *node.get("oneOf", ())]
    if not choices:
        yield node
    for choice in choices:
        yield from _branches(choice, whole)


def _under(node: Mapping[str, Any], step: str) -> Iterator[Mapping[str, Any]]:
    if step in node.get("properties", {}):
        yield node["properties"][step]
    elif isinstance(node.get("additionalProperties"), dict):
        yield node["additionalProperties"]
    if step.isdecimal() and isinstance(node.get("items"), dict):
        yield node["items"]
