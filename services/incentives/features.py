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
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

import services.incentives

if TYPE_CHECKING:
    from services.incentives.outcome import CameDue, Outcome
    from services.incentives.points.book import Book
    from services.incentives.points.reversal import Reversal
    from services.incentives.policy.document import Incentives
    from services.incentives.scene import Scene
    from services.incentives.state import Member, Words
    from services.incentives.tenant import Tenant


class Listener(Protocol):
    """One thing that a policy asks of a feature, its names as words.

    With an attribute `last` that is true it hears of an action after levels and badges.
    """

    def types(self) -> Iterable[str]:
        """The action types it wants to hear of."""

    def hear(self, scene: "Scene", tenant: "Tenant", book: "Book", outcome: "Outcome") -> None:
        """Follow an action. What was sent has been checked, so nothing here raises."""


class Feature(Protocol):
    """A folder's part in the fold."""

    name: str

    tables: Path
    """The `.sql` file that makes its tables, each `CREATE ... IF NOT EXISTS`."""

    columns: Mapping[str, tuple[str, ...]]
    """Of each of its tables, in the order of the rows it writes."""

    def bind(self, policy: "Incentives", words: "Words") -> Iterable[Listener]:
        """What a policy version asks of it."""


class Moment(NamedTuple):
    """A delay that has passed: when it ended, and what a feature may work with."""

    at: int
    tenant: "Tenant"
    book: "Book"
    outcome: "Outcome"
    reversal: "Reversal"
    cause: "CameDue"


@runtime_checkable
class Timed(Protocol):
    """A feature that log time alone has a say in: it puts moments into `outcome.dues`."""

    def due(self, member: "Member", moment: Moment) -> None:
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
