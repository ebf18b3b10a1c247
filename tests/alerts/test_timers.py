"""The queue of due communities."""

from services.alerts.state import CommunityState
from services.alerts.timers import Timers
from services.kit.projection.definition import NEVER


def community(key: int, deadline: int) -> CommunityState:
    return CommunityState(key, deadline=deadline)


def test_what_is_due_comes_in_order_and_once() -> None:
    timers, one, two = Timers(), community(1, 50), community(2, 30)
    for state in (one, two):
        timers.expect(state)
    seen = []
    for due, state in timers.reached(60):
        seen.append((due, state.key))
        state.deadline = 70 if state is two else NEVER
    assert seen == [(30, 2), (50, 1)]
    assert timers.next_due() == 70


def test_what_comes_due_meanwhile_is_not_left_for_later() -> None:
    timers, state = Timers(), community(1, 10)
    timers.expect(state)
    seen = []
    for due, _ in timers.reached(60):
        seen.append(due)
        state.deadline = due + 25
    assert seen == [10, 35, 60]


def test_an_earlier_time_takes_the_place_of_a_later_one() -> None:
    timers, state = Timers(), community(1, 50)
    timers.expect(state)
    state.deadline = 20
    timers.expect(state)
    assert timers.next_due() == 20
    state.deadline = NEVER  # it was seen to by something else
    assert [due for due, _ in timers.reached(60)] == []
    assert timers.next_due() == NEVER
