"""A policy document as people write it: YAML or JSON in, plain JSON values out.

What passes can be written to the log as JSON and read back the same: text keys, no anchors, no
doubled keys, times as the text they were, no numbers that JSON does not have.
"""

import math
from collections.abc import Iterator
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from services.kit.http.fault import Fault, pointer

LIMIT = 512 << 10
"""Bytes of a policy."""
DEEP = 64


class _Plain(SafeConstructor):
    """Times stay the text they are."""


_Plain.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


class UnreadablePolicyError(Exception):
    """The text is no policy document; `faults` say where and why."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f"{fault.pointer} {fault.detail}".strip() for fault in faults))
        self.faults = faults


def read(text: str) -> dict[str, Any]:
    """The document. Raises UnreadablePolicyError."""
    if len(text.encode("utf-8", "replace")) > LIMIT:
        raise UnreadablePolicyError([Fault("", f"larger than {LIMIT} bytes")])
    try:
        _look_over(text)
        value = _yaml().load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise UnreadablePolicyError([_fault(error)]) from None
    if not isinstance(value, dict):
        raise UnreadablePolicyError([Fault("", "a policy is a mapping of sections")])
    found = list(_unfit(value, ()))
    if found:
        raise UnreadablePolicyError(found)
    return value


def _yaml() -> YAML:
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _Plain
    return yaml


def _look_over(text: str) -> None:
    """Stop at the first alias, which is how a short document becomes endless, or when too deep."""
    depth = 0
    for event in _yaml().parse(text):
        depth += isinstance(event, CollectionStartEvent)
        depth -= isinstance(event, CollectionEndEvent)
        if depth > DEEP:
            mark = event.start_mark
            raise YAMLError(f"line {mark.line + 1}: nested deeper than {DEEP}")
        if isinstance(event, AliasEvent):
            mark = event.start_mark
            raise YAMLError(f"line {mark.line + 1}: write it out, aliases are not taken")


def _fault(error: Exception) -> Fault:
    if isinstance(error, DuplicateKeyError | MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        return Fault("", f"{where}{(error.problem or 'not YAML').strip()}")
    if isinstance(error, RecursionError):
        return Fault("", f"nested deeper than {DEEP}")
    return Fault("", str(error).strip().splitlines()[0])


def _unfit(value: Any, path: tuple[str | int, ...]) -> Iterator[Fault]:
    if len(path) > DEEP:
        yield Fault(pointer(path[:3]), f"nested deeper than {DEEP}")
    elif isinstance(value, dict):
        for key, inner in value.items():
            if not isinstance(key, str):
                yield Fault(pointer((*path, str(key))), "a key is text; put it into quotes")
            else:
                yield from _unfit(key, path)
                yield from _unfit(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _unfit(inner, (*path, number))
    elif (why := _wrong(value)) is not None:
        yield Fault(pointer(path), why)


def _wrong(value: Any) -> str | None:
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, int):
        return None if -(2**63) <= value < 2**63 else "an integer beyond 64 bits"
    if isinstance(value, float):
        return None if math.isfinite(value) else "no number that JSON has"
    if isinstance(value, str):
        return "holds a NUL character" if "\x00" in value else _half(value)
    return f"a {type(value).__name__} is nothing that JSON has; put it into quotes"


def _half(text: str) -> str | None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return "holds half a surrogate pair"
    return None


def line_of(text: str, place: str) -> int | None:
    """The line, from 1, of what a JSON pointer names (or of the nearest thing around it)."""
    node: Node | None = _yaml().compose(text)
    line = None
    for step in [step.replace("~1", "/").replace("~0", "~") for step in place.split("/")[1:]]:
        inner = _inner(node, step)
        if inner is None:
            break
        line, node = inner
    return line


def _inner(node: Node | None, step: str) -> tuple[int, Node] | None:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line + 1, value
    elif isinstance(node, SequenceNode) and step.isdecimal() and int(step) < len(node.value):
        found = node.value[int(step)]
        return found.start_mark.line + 1, found
    return None
