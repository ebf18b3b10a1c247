"""The states a rule can be in, and every edge between them with its named cause. Pure.

A judgement says one of five things (`Finding`), an operator can say one more, and the policy
another. `EDGES` is the whole machine: what is not in it does not happen. Missing data is an
edge of its own and never leads to `resolved`.
"""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a rule stands for a community (or a space of it)."""

    INACTIVE = "inactive"
    PENDING = "pending"
    FIRING = "firing"
    HOLDING = "holding"
    RESOLVED = "resolved"
    NO_DATA = "no-data"


class Finding(StrEnum):
    """What a judgement found, or who else spoke."""

    MET = "met"
    """Past the firing threshold, as often and on as much as the rule asks."""
    OVER = "over"
    """Past the firing threshold, not yet often enough."""
    BETWEEN = "between"
    """Between the clearing and the firing threshold."""
    CLEAR = "clear"
    HELD_CLEAR = "held clear"
    """Clear, and has been for as long as the hold asks."""
    MISSING = "missing"
    """No number: too small a sample, or none at all."""
    CLOSED_BY_HAND = "closed by hand"
    SWITCHED_OFF = "switched off"


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a finding leads, and the cause that is written down."""

    to: State
    cause: str


_QUIET = {
    Finding.OVER: Edge(State.PENDING, "crossed the firing threshold, not yet for long enough"),
    Finding.MET: Edge(State.FIRING, "crossed the firing threshold for long enough"),
    Finding.MISSING: Edge(State.NO_DATA, "too little data to judge"),
}
_OFF = {Finding.SWITCHED_OFF: Edge(State.INACTIVE, "switched off by the policy")}
_BY_HAND = {Finding.CLOSED_BY_HAND: Edge(State.RESOLVED, "an operator resolved the incident")}

EDGES: dict[State, dict[Finding, Edge]] = {
    State.INACTIVE: {**_QUIET},
    State.PENDING: {
        Finding.MET: _QUIET[Finding.MET],
        Finding.MISSING: _QUIET[Finding.MISSING],
        Finding.BETWEEN: Edge(State.INACTIVE, "fell back before it had lasted"),
        Finding.CLEAR: Edge(State.INACTIVE, "fell back before it had lasted"),
        Finding.HELD_CLEAR: Edge(State.INACTIVE, "fell back before it had lasted"),
        **_OFF,
    },
    State.FIRING: {
        Finding.CLEAR: Edge(State.HOLDING, "crossed the clearing threshold, the hold runs"),
        Finding.HELD_CLEAR: Edge(State.RESOLVED, "crossed the clearing threshold, no hold asked"),
        **_BY_HAND,
        Finding.SWITCHED_OFF: Edge(State.RESOLVED, "switched off by the policy"),
    },
    State.HOLDING: {
        Finding.MET: Edge(State.FIRING, "rose again within the hold"),
        Finding.OVER: Edge(State.FIRING, "rose again within the hold"),
        Finding.BETWEEN: Edge(State.FIRING, "no longer clear within the hold"),
        Finding.HELD_CLEAR: Edge(State.RESOLVED, "stayed clear for the whole hold"),
        **_BY_HAND,
        Finding.SWITCHED_OFF: Edge(State.RESOLVED, "switched off by the policy"),
    },
    State.RESOLVED: {
        **_QUIET,
        Finding.BETWEEN: Edge(State.INACTIVE, "the episode is over"),
        Finding.CLEAR: Edge(State.INACTIVE, "the episode is over"),
        Finding.HELD_CLEAR: Edge(State.INACTIVE, "the episode is over"),
        **_OFF,
    },
    State.NO_DATA: {
        Finding.OVER: _QUIET[Finding.OVER],
        Finding.MET: _QUIET[Finding.MET],
        Finding.BETWEEN: Edge(State.INACTIVE, "there is data again, and it is quiet"),
        Finding.CLEAR: Edge(State.INACTIVE, "there is data again, and it is quiet"),
        Finding.HELD_CLEAR: Edge(State.INACTIVE, "there is data again, and it is quiet"),
        **_OFF,
    },
}

OPEN = frozenset({State.FIRING, State.HOLDING})
"""The states in which the rule's incident is open."""


def follow(state: State, finding: Finding, clear_for: int, hold: int) -> Edge | None:
    """The edge to take, or None to stay.

    `clear_for` is how long the measure has been clear (0 when that just began) and `hold` how
    long it must be, both in microseconds.
    """
    if finding is Finding.CLEAR and clear_for >= hold:
        finding = Finding.HELD_CLEAR
    return EDGES[state].get(finding)
