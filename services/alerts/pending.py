"""What was changed since the last write, beside the counters."""

from dataclasses import dataclass, field
from typing import Any

from services.alerts.incidents.model import Incident
from services.alerts.state import Message

Pair = tuple[int, int]


@dataclass(slots=True)
class Pending:
    """Sets name what to write from memory as it is then; dicts and lists hold rows themselves."""

    heads: set[int] = field(default_factory=set)
    spaces: set[Pair] = field(default_factory=set)
    roles: set[Pair] = field(default_factory=set)
    presence: dict[Pair, int] = field(default_factory=dict)
    census: dict[Pair, int] = field(default_factory=dict)
    messages: dict[Pair, Message] = field(default_factory=dict)
    labelled: dict[Pair, Message] = field(default_factory=dict)
    found: dict[Pair, Message] = field(default_factory=dict)
    """Messages that were loaded because an event of the segment names them."""
    rules: set[tuple[int, str, int]] = field(default_factory=set)
    changes: list[tuple[Any, ...]] = field(default_factory=list)
    watches: set[tuple[int, str, int]] = field(default_factory=set)
    incidents: dict[tuple[int, str], Incident] = field(default_factory=dict)
    refusals: list[tuple[Any, ...]] = field(default_factory=list)

    def mark(self) -> tuple[int, int, dict[tuple[int, str], Incident]]:
        """What `back_to` needs. Sets may name too much: memory as it is then is written."""
        return len(self.changes), len(self.refusals), self.incidents.copy()

    def back_to(self, mark: tuple[int, int, dict[tuple[int, str], Incident]]) -> None:
        """Forget what an event that raised had added."""
        changes, refusals, self.incidents = mark
        del self.changes[changes:]
        del self.refusals[refusals:]
