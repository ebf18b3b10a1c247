"""The table of states: every edge has a cause, missing data never resolves."""

import pytest

from services.alerts.rules.states import EDGES, OPEN, Finding, State, follow
from services.kit.runtime.clock import MINUTE


def test_every_state_is_in_the_table_and_every_edge_has_a_cause() -> None:
    assert set(EDGES) == set(State)
    assert all(edge.cause for edges in EDGES.values() for edge in edges.values())
    assert all(edge.to is not state for state, edges in EDGES.items() for edge in edges.values())


def test_every_state_can_be_reached_and_left() -> None:
    reached = {edge.to for edges in EDGES.values() for edge in edges.values()}
    assert reached == set(State)
    assert all(EDGES.values())


@pytest.mark.parametrize("state", list(State))
def test_missing_data_never_resolves(state: State) -> None:
    edge = follow(state, Finding.MISSING, 0, 0)
    assert edge is None or edge.to is State.NO_DATA
    if state in OPEN:
        assert edge is None


@pytest.mark.parametrize(
    ("given", "when", "then"),
    [
        (State.INACTIVE, Finding.OVER, State.PENDING),
        (State.INACTIVE, Finding.MET, State.FIRING),
        (State.INACTIVE, Finding.CLEAR, None),
        (State.PENDING, Finding.MET, State.FIRING),
        (State.PENDING, Finding.BETWEEN, State.INACTIVE),
        (State.FIRING, Finding.BETWEEN, None),
        (State.FIRING, Finding.OVER, None),
        (State.FIRING, Finding.CLEAR, State.HOLDING),
        (State.FIRING, Finding.CLOSED_BY_HAND, State.RESOLVED),
        (State.HOLDING, Finding.CLEAR, None),
        (State.HOLDING, Finding.BETWEEN, State.FIRING),
        (State.HOLDING, Finding.MET, State.FIRING),
        (State.RESOLVED, Finding.CLEAR, State.INACTIVE),
        (State.RESOLVED, Finding.MET, State.FIRING),
        (State.NO_DATA, Finding.MET, State.FIRING),
        (State.NO_DATA, Finding.BETWEEN, State.INACTIVE),
        (State.INACTIVE, Finding.CLOSED_BY_HAND, None),
        (State.FIRING, Finding.SWITCHED_OFF, State.RESOLVED),
    ],
)
def test_edges(given: State, when: Finding, then: State | None) -> None:
    edge = follow(given, when, 0, 15 * MINUTE)
    assert (edge.to if edge else None) is then


def test_a_hold_must_be_sat_out() -> None:
    hold = 15 * MINUTE
    assert follow(State.HOLDING, Finding.CLEAR, hold - 1, hold) is None
    edge = follow(State.HOLDING, Finding.CLEAR, hold, hold)
    assert edge is not None
    assert edge.to is State.RESOLVED
    edge = follow(State.FIRING, Finding.CLEAR, 0, 0)
    assert edge is not None
    assert edge.to is State.RESOLVED
