"""The comparisons. A module here with `STAGE` and `run(world) -> list[Row]` is one; being there
is enough."""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bench.rows import Row
from bench.world import Stage, World


@dataclass(frozen=True)
class Comparison:
    """One of them: what it stands on, and how to run it."""

    name: str
    stage: Stage
    run: Callable[[World], Awaitable[list[Row]]]


def discover() -> dict[str, Comparison]:
    """Every comparison by name, those on one stage together."""
    found = []
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__package__}.{info.name}")
        found.append(Comparison(info.name, module.STAGE, module.run))
    found.sort(key=lambda each: (each.stage, each.name))
    return {each.name: each for each in found}
