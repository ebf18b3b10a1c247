"""Imports: what stands between `import.started` and `import.ended` is stamped as history.

An import that names a source takes only what comes from that source. The brackets themselves
are not stamped. Pure: the plan says what to stamp and what to write into the registry.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from services.kit.actions.envelope import Checked
from services.kit.actions.families.operator import ImportEnded, ImportStarted
from services.kit.registry.imports import Import

BRACKETS = frozenset({"import.started", "import.ended"})


@dataclass(frozen=True, slots=True)
class Plan:
    """Runs of actions with the import each belongs to (None: live), and what changes."""

    runs: list[tuple[str | None, list[Checked]]]
    opened: list[Import] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)


def plan(actions: Sequence[Checked], open_: Sequence[Import]) -> Plan:
    """Sort actions of one community, in order, into what is live and what is history."""
    current = list(open_)
    opened: list[Import] = []
    closed: list[str] = []
    stamps: list[str | None] = []
    for action in actions:
        stamps.append(_stamp(action, current))
        if isinstance(action.data, ImportStarted):
            begun = Import(action.data.import_id or action.id, action.data.source)
            current.append(begun)
            opened.append(begun)
        elif isinstance(action.data, ImportEnded):
            for ended in _ended_by(action.data, current):
                current.remove(ended)
                closed.append(ended.id)
    return Plan(list(_runs(actions, stamps)), opened, closed)


def _stamp(action: Checked, current: Sequence[Import]) -> str | None:
    if action.type in BRACKETS:
        return None
    for one in current:
        if one.source is None or one.source == action.source:
            return one.id
    return None


def _ended_by(data: ImportEnded, current: Sequence[Import]) -> list[Import]:
    """The one that is named, else the latest of the same source."""
    if data.import_id is not None:
        return [one for one in current if one.id == data.import_id]
    return [one for one in current if one.source == data.source][-1:]


def _runs(
    actions: Sequence[Checked], stamps: Sequence[str | None]
) -> Iterator[tuple[str | None, list[Checked]]]:
    for stamp, run in groupby(zip(stamps, actions, strict=True), key=lambda pair: pair[0]):
        yield stamp, [action for _, action in run]
