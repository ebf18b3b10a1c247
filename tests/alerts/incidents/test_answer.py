"""The answer to an incident: proof in the log, steps by hand, deadlines, and the rota."""

from typing import Any

import pytest

from services.alerts.incidents import answer
from services.alerts.incidents.duty import Holder, holder
from services.alerts.incidents.model import Incident, next_deadline
from services.alerts.incidents.opening import grown, incident_id, opened, resolved
from services.alerts.incidents.priority import MATRIX, Priority, Scope, Urgency, printed
from services.alerts.policy.compiled import compiled
from services.alerts.policy.playbooks import Shift
from services.alerts.rules.complaint_spike import RULE
from services.kit.actions.event import Event
from services.kit.runtime.clock import HOUR, MINUTE, zone
from tests.alerts.scene import day

AT = day(0, 20)
SHANGHAI = zone("Asia/Shanghai")
ALERTS = compiled({"alerts": {"duty": {"executive": [{"owner": "Zhao", "backup": "Qian"}]}}}).alerts


def crisis(**changes: Any) -> Incident:
    more = {"affected": (7, 8), "historical": False, **changes}
    return opened(
        "r4-1", RULE, 0, Priority(more.pop("priority", 1)), "golden-30", ALERTS, at=AT,
        happened_at=AT - 5 * MINUTE, zone=SHANGHAI, why="30 in 30 minutes", evidence={}, **more,
    )  # fmt: skip


def event(type_: str, minutes: float, member: int | None = None, **data: Any) -> Event:
    at = AT + int(minutes * MINUTE)
    return Event(
        type=type_, id="e", source="s", time=at, arrived=at, log_time=at, member=member, data=data
    )


def step(incident: Incident, name: str) -> Any:
    return next(step for step in incident.steps if step.name == name)


def test_deadlines_count_from_the_opening() -> None:
    found = crisis()
    assert [s.deadline - AT for s in found.steps if s.deadline] == [
        3 * MINUTE,
        13 * MINUTE,
        30 * MINUTE,
    ]
    assert next_deadline(found) == AT + 3 * MINUTE
    assert (step(found, "empathise").owner, step(found, "isolate").owner) == ("Zhao", None)
    assert next_deadline(crisis(historical=True)) is None


def test_moving_the_thread_to_the_vent_space_isolates() -> None:
    found = answer.proved(crisis(), event("thread.moved", 2, to_space="吐槽专区"), ())
    assert (step(found, "isolate").on_time, step(found, "isolate").completed_by) == (True, "log")
    assert next_deadline(found) == AT + 13 * MINUTE
    elsewhere = crisis()
    assert answer.proved(elsewhere, event("thread.moved", 2, to_space="garden"), ()) is elsewhere


def test_an_executive_in_person_empathises() -> None:
    given = crisis()
    assert answer.proved(given, event("reply.created", 5, 9, post="p"), ("staff",)) is given
    late = answer.proved(given, event("reply.created", 14, 9, post="p"), ("executive",))
    assert step(late, "empathise").on_time is False


def test_coupons_to_everyone_affected_and_a_note_compensate() -> None:
    found = crisis()
    note = event("post.created", 10, 1, post="n", category="progress")
    for done in (
        event("reward.granted", 8, 7, reward="coupon", incident="r4-1"),
        event("reward.granted", 8, 99, reward="coupon", incident="r4-1"),
        event("reward.granted", 8, 8, reward="coupon", incident="other"),
        note,
    ):
        found = answer.proved(found, done, ("staff",))
        assert step(found, "compensate").completed_at is None
    found = answer.proved(
        found, event("reward.granted", 12, 8, reward="coupon", incident="r4-1"), ()
    )
    assert step(found, "compensate").on_time is True


def test_a_note_by_just_anybody_is_none() -> None:
    given = crisis(affected=())
    after = answer.proved(given, event("post.created", 1, 5, post="n", category="progress"), ())
    assert step(after, "compensate").noted is False


def test_what_was_before_the_onset_proves_nothing() -> None:
    given = crisis()
    assert answer.proved(given, event("thread.moved", -6, to_space="吐槽专区"), ()) is given
    between = answer.proved(given, event("thread.moved", -2, to_space="吐槽专区"), ())
    assert step(between, "isolate").completed_at == AT


def test_a_passed_deadline_goes_to_the_backup_once() -> None:
    found, late = answer.breached(crisis(), AT + 13 * MINUTE)
    assert [s.name for s in late] == ["isolate", "empathise"]
    assert (step(found, "empathise").owner, step(found, "empathise").breached_at) == (
        "Qian",
        AT + 13 * MINUTE,
    )
    again, late = answer.breached(found, AT + 14 * MINUTE)
    assert again is found
    assert late == ()
    done = answer.proved(found, event("thread.moved", 20, to_space="vent"), ())
    assert step(done, "isolate").on_time is False


def test_orders_that_fit_and_that_do_not() -> None:
    found = answer.acknowledged(crisis(), event("incident.acknowledged", 1, by="Lin"))
    assert (found.state, found.acknowledged_by) == ("acknowledged", "Lin")
    with pytest.raises(answer.RefusedError, match="acknowledged already"):
        answer.acknowledged(found, event("incident.acknowledged", 2))
    by_hand = event("incident.step_completed", 2, step="isolate")
    found = answer.completed_by_hand(found, by_hand)
    with pytest.raises(answer.RefusedError, match="completed already"):
        answer.completed_by_hand(found, by_hand)
    with pytest.raises(answer.RefusedError, match="steps are isolate"):
        answer.completed_by_hand(found, event("incident.step_completed", 2, step="x"))
    closed = resolved(found, AT + HOUR, "Lin", "by Lin")
    with pytest.raises(answer.RefusedError, match="resolved already"):
        answer.completed_by_hand(closed, event("incident.step_completed", 2, step="empathise"))
    assert answer.proved(closed, event("thread.moved", 2, to_space="vent"), ()) is closed
    assert next_deadline(closed) is None


def test_priority_only_rises() -> None:
    found = grown(crisis(), Priority.P3, {}, (8, 9), AT, "more")
    raised = grown(crisis(priority=3), Priority.P1, {}, (), AT + 5 * MINUTE, "more")
    assert raised.steps == crisis().steps, "deadlines count from the opening, whatever rises later"
    assert (found.priority, found.affected) == (1, (7, 8, 9))


def test_ids_derive_from_the_cause() -> None:
    assert incident_id(1, "R4", 0, "a") == incident_id(1, "R4", 0, "a")
    assert len({incident_id(c, "R4", s, k) for c in (1, 2) for s in (0, 1) for k in "ab"}) == 8


def test_the_matrix_is_whole_and_sinks() -> None:
    assert set(MATRIX) == {(scope, urgency) for scope in Scope for urgency in Urgency}
    for scope in Scope:
        row = [MATRIX[scope, urgency] for urgency in Urgency]
        assert row == sorted(row)
    assert "community | P1 | P1 | P2 | P3" in printed()


@pytest.mark.parametrize(
    ("at", "then"),
    [
        (day(1, 10), Holder("Zhao", "Qian")),  # 2026-03-02 is a Monday
        (day(1, 20), Holder("Sun", None)),
        (day(2, 3), Holder("Sun", None)),  # Monday's night reaches into Tuesday
        (day(3, 3), Holder(None, None)),
        (day(2, 10), Holder("Zhao", "Qian")),
        (day(0, 10), Holder(None, None)),
    ],
)
def test_the_rota(at: int, then: Holder) -> None:
    rota = {
        "executive": [
            Shift(owner="Zhao", backup="Qian", days=["mon", "tue"], begins="09:00", ends="18:00"),
            Shift(owner="Sun", days=["mon"], begins="18:00", ends="09:00"),
        ]
    }
    assert holder(rota, "executive", at, SHANGHAI) == then
    assert holder(rota, "cook", at, SHANGHAI) == Holder(None, None)
