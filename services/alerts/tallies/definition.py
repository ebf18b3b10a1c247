"""What is counted as events come by, for metrics to divide later.

A tally is one file in this folder with a module-level `TALLY`; being there is enough. `names`
is asked once for each event of its types and answers the counters that go up by one. Counters
are kept per hour and local day of the whole community and per day of each space; those of a
tally with `minutes` also per minute.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from services.kit.actions.event import Event


@dataclass(slots=True)
class Seen:
    """An event with what the fold knows of it."""

    event: Event
    regular: bool
    """Whether the member is neither staff nor bot; True where the platform hides who."""
    kind: str = ""
    """Effective kind of a message; empty for everything else."""
    guessed: bool = False
    """Whether the kind is the policy's guess."""
    opens_thread: bool = False
    post: int = 0
    """The key of the message."""


@dataclass(frozen=True)
class Tally:
    """Counters of some event types."""

    types: tuple[str, ...]
    names: Callable[[Seen], tuple[str, ...]]
    minutes: bool = False


@cache
def tallies() -> dict[str, tuple[Tally, ...]]:
    """The tallies that are there, by event type."""
    found: dict[str, tuple[Tally, ...]] = {}
    for info in sorted(pkgutil.iter_modules([str(Path(__file__).parent)]), key=lambda i: i.name):
        tally = getattr(importlib.import_module(f"{__package__}.{info.name}"), "TALLY", None)
        if isinstance(tally, Tally):
            for type_ in tally.types:
                found[type_] = (*found.get(type_, ()), tally)
    return found
