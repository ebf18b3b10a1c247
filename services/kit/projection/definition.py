"""What a projection is, to the machinery that runs it.

A `Projection` describes; a `Fold` works. One fold serves one partition of one generation, is
owned by one worker and never shared, so it may keep state in memory between batches. The
worker drives it inside one transaction a batch:

    load(segment) -> for each event: [fire due timers] fold(event) -> write()

and commits that together with the fence, the deduplication and the facts. If anything of it
is rolled back the fold object is thrown away with its memory and a new one opened.

`load` and `write` talk to the database; `fold` and `fire` never do, nor do they read a clock.
A batch is cut into segments in front of every event for which `needs_all_written` is true, so
that its `load` sees in the tables all that went before it. Nothing in tables or facts may
depend on where batches or segments ended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from services.kit.actions.event import Event
from services.kit.runtime.database import Connection

__all__ = ["NEVER", "Connection", "Fact", "Fold", "FoldContext", "OpensFold", "Projection", "Texts"]

NEVER = 2**62
"""A due time that no log reaches."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What a projection concluded, for the outside. Nobody folds it.

    `community` is the registry's number, `at` the event time in microseconds, `id` derives from
    the cause, so that a repeat is the same fact. `type` like `level.changed`.
    """

    community: int
    type: str
    id: str
    at: int
    data: Mapping[str, Any]


class Fold(Protocol):
    """The fold of one partition."""

    next_due: int
    """Log time of the earliest timer, or NEVER. Kept current by load, fold and fire."""

    facts: list[Fact]
    """Facts concluded since the worker last took them (it clears the list).

    Nothing is concluded from what is stamped as imported, nor while `silent`."""

    async def load(self, db: Connection, events: Sequence[Event], log_time: int) -> None:
        """Bring into memory what folding `events`, and timers due by `log_time`, will touch.

        `db` is inside the batch's transaction, its search_path on this generation's schema.
        """

    def needs_all_written(self, event: Event) -> bool:
        """Whether `load` for this event must see in the tables everything before it.

        Asked once of each event in order, ticks and what is refused included, each before the
        segment that it may end is loaded.
        """

    def fold(self, event: Event) -> None:
        """Apply one event. If it raises, memory must be as it was: the event is dead-lettered."""

    def fire(self, log_time: int, offset: int) -> None:
        """Fire the timers due at or before `log_time`, in due order, each as of its due moment.

        `offset` is the position of the record that brought the log time, before it is folded.
        """

    async def write(self, db: Connection) -> None:
        """Write what was folded since the last write; sorted, aggregated, set-based."""


@dataclass(frozen=True)
class Projection:
    """A consumer's description: its name, its tables, how to open a fold."""

    name: str
    """Of the consumer group, of the metrics' label, and prefix of its schemas."""

    version: int
    """Raised when the fold's meaning changes; a rebuild makes a generation of it."""

    tables: tuple[Path, ...]
    """The `.sql` files, unqualified names, that make the tables of a fresh generation. Each
    table's first column is `community integer`."""

    opened: "OpensFold" = field(repr=False)
    """Called as opened(context) for each assigned partition; returns a Fold."""

    added: tuple[Path, ...] = ()
    """The `.sql` files of what came later, each `CREATE ... IF NOT EXISTS`: index structures, and
    tables of features that no policy could ask for before. A live generation that was made without
    them gets them empty: readers and fold must cope."""

    uncompared: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Per table the surrogate columns that two equal generations may differ in. A table mapped
    to frozenset({"*"}) is an index structure and not compared at all."""

    reads_texts: bool = False
    """Whether what the fold keeps depends on sealed texts. What it makes of them it must ask of
    `services.kit.members.verdicts.decided`: an erasure replays it to write the answers down."""

    oldest: int | None = None
    """The oldest version whose tables this fold can go on with until they are rebuilt, or None:
    no older one. What it can't go on with, it waits for."""

    def folds(self, version: int) -> bool:
        """Whether this fold can go on with tables of `version`; never with newer ones."""
        return (self.oldest or self.version) <= version <= self.version


@dataclass(frozen=True, slots=True)
class FoldContext:
    """What a fold is opened with."""

    partition: int
    silent: bool
    """True in a rebuild or a verification: conclude no facts."""

    texts: "Texts"
    """Opens sealed texts; asked in `load` only."""


class OpensFold(Protocol):
    def __call__(self, context: FoldContext) -> Fold: ...


class Texts(Protocol):
    async def open(self, events: Sequence[Event]) -> None:
        """Decrypt `event.sealed` of each event in place: the text fields join `event.data`.

        Where the member's key is destroyed the fields stay absent, and `event.verdicts` has what
        was decided of them.
        """
