"""Lifting older shapes of an action's data to today's, one file a change.

A module here has `TYPE`, `VERSION` (the shape it lifts from) and `lift(data) -> data`, pure.
They are applied in order of version when a record is decoded, so that no fold ever sees an old
shape and the log is never rewritten.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

Lift = Callable[[dict[str, Any]], dict[str, Any]]


def discover(
    paths: Iterable[str] = __path__, package: str = __name__
) -> dict[tuple[str, int], Lift]:
    """Every upcaster under `paths`, by the type and version it lifts from."""
    modules = (
        importlib.import_module(f"{package}.{info.name}") for info in pkgutil.iter_modules(paths)
    )
    return {(module.TYPE, module.VERSION): module.lift for module in modules}


@cache
def _known() -> dict[tuple[str, int], Lift]:
    return discover()


def lift(type_: str, version: int, data: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """`data` in the newest shape known for the type, and that shape's version."""
    while (step := _known().get((type_, version))) is not None:
        version, data = version + 1, step(data)
    return version, data


def newest(type_: str) -> int:
    """The version that today's model of a type describes."""
    return 1 + max((version for name, version in _known() if name == type_), default=0)
