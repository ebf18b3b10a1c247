"""Features that follow an action once its points are given: found by being there.

A feature is a folder with a module `feature`, and in that a `FEATURE`. What it keeps of a member
stands in `member.slices` under its name, as msgpack has it: lists, and dictionaries by number or
text. What it concludes goes into the ledger (`book.give`), to the outside (`outcome.fact`) and into
tables of its own, by `outcome.rows`.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, Protocol, runtime_checkable
from zoneinfo import ZoneInfo

import services.incentives


class Listener(Protocol):
    """One thing that a policy asks of a feature, its names as words.

    With an attribute `last` that is true it hears of an action after levels and badges.
    """

    def types(self) -> Iterable[str]:
        """The action types it wants to hear of."""

    # A tenant holds what binds its policies to listeners, so its type cannot be named here.
    def hear(self, scene: Any, tenant: Any, book: Any, outcome: Any) -> None:
        """Follow an action: given the scene, the tenant, the book and the outcome of the fold.

        What was sent has been checked, so nothing here raises.
        """


class Settlement(NamedTuple):
    """When a member may have become something else, and what a listener may work with."""

    at: int
    day: int
    """The local day of `at`."""
    zone: ZoneInfo
    seen: int
    """The log time."""
    tenant: Any
    outcome: Any
    cause: Any


@runtime_checkable
class Settling(Protocol):
    """A listener that looks at members whose counts, levels, badges or roles may have changed:
    after an action, after a delay, as a local day begins."""

    keeps: str
    """The name under which it keeps something of a member."""
    idle: bool
    """Whether its policy asks nothing, and only members of whom it keeps something concern it."""

    def settle(self, member: Any, settlement: Settlement) -> None:
        """Conclude what the member's state now says. Nothing here raises."""


class Feature(Protocol):
    """A folder's part in the fold."""

    name: str

    tables: Path
    """The `.sql` file that makes its tables, each `CREATE ... IF NOT EXISTS`."""

    columns: Mapping[str, tuple[str, ...]]
    """Of each of its tables, in the order of the rows it writes."""

    def bind(self, policy: Any, words: Any) -> Iterable[Listener]:
        """What a policy version (`Incentives`) asks of it, its names made words (`Words`)."""


class Moment(NamedTuple):
    """A delay that has passed: when it ended, and what a feature may work with."""

    at: int
    tenant: Any
    book: Any
    outcome: Any
    reversal: Any
    cause: Any


@runtime_checkable
class Timed(Protocol):
    """A feature that log time alone has a say in: it puts moments into `outcome.dues`."""

    def due(self, member: Any, moment: Moment) -> None:
        """Do what is due for a member by `moment.at`; nothing where nothing is."""


@cache
def timed() -> tuple[Timed, ...]:
    """Every feature that is `Timed`, by name."""
    return tuple(feature for feature in features() if isinstance(feature, Timed))


@cache
def features() -> tuple[Feature, ...]:
    """Every feature, by name."""
    root = services.incentives
    found = [
        importlib.import_module(f"{root.__name__}.{folder.name}.feature").FEATURE
        for folder in pkgutil.iter_modules(root.__path__)
        if folder.ispkg and (Path(root.__path__[0]) / folder.name / "feature.py").exists()
    ]
    return tuple(sorted(found, key=lambda feature: feature.name))
