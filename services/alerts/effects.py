"""What folding led to since the last write, beside the counters: rows to write, facts to tell.

The parts of the fold meet here and in `CommunityState`: they are given both, and leave what they
concluded. Nobody reads another's effects, but for messages, which a label may name at once.
"""

from dataclasses import dataclass, field
from typing import Any

from services.alerts.incidents.model import Incident
from services.alerts.state import CommunityState, Message
from services.kit.actions.event import Event
from services.kit.projection.definition import Fact

Pair = tuple[int, int]
Mark = tuple[int, int, dict[tuple[int, str], Incident]]


@dataclass(slots=True)
class Effects:
    """Sets name what to write from memory as it is then; dicts and lists hold rows themselves."""

    silent: bool = False
    """Whether nobody is to be told: facts are dropped."""
    facts: list[Fact] = field(default_factory=list)
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

    def conclude(
        self, community: int, type_: str, id_: str, at: int, data: dict[str, object]
    ) -> None:
        """A fact, unless silent."""
        if not self.silent:
            self.facts.append(Fact(community, type_, id_, at, data))

    def refuse(self, state: CommunityState, event: Event, why: str) -> None:
        """An order that no longer fits is kept with the reason."""
        self.refusals.append((state.key, event.uid, event.time, event.type, why))

    def space(self, state: CommunityState, name: str | None) -> int:
        """The number of a space, a new one where the name is new; 0 for none."""
        if name is None:
            return 0
        number = state.spaces.get(name)
        if number is None:
            number = state.spaces[name] = len(state.spaces) + 1
            self.spaces.add((state.key, number))
        return number

    def mark(self) -> Mark:
        """What `back_to` needs. Sets may name too much: memory as it is then is written."""
        return len(self.changes), len(self.refusals), self.incidents.copy()

    def back_to(self, mark: Mark) -> None:
        """Forget what an event that raised had added; its facts are the caller's to drop."""
        changes, refusals, self.incidents = mark
        del self.changes[changes:]
        del self.refusals[refusals:]
