"""Judges rules of days: as a day closes, and again when late data fell into closed ones."""

from services.alerts.closing import expect_next, last_closed, move
from services.alerts.effects import Effects
from services.alerts.judging.following import step
from services.alerts.rules.catalogue import day_rules
from services.alerts.rules.definition import Days, Judged, Verdict
from services.alerts.rules.states import Finding
from services.alerts.state import KEPT_DAYS, CommunityState
from services.kit.actions.event import Event
from services.kit.runtime import clock


def pass_on(
    state: CommunityState, effects: Effects, event: Event, moves: bool, moment: int
) -> None:
    """Take the event's moment into the watermark, and close what it closes."""
    state.first_day = min(state.first_day, state.day)
    if moves and move(state, moment):
        close_up_to(state, effects, moment, event.log_time, event.imported is not None)


def close_up_to(
    state: CommunityState, effects: Effects, mark: int, log_time: int, historical: bool
) -> None:
    """Close and judge the days whose end, and the lateness after it, `mark` has passed."""
    target = last_closed(state, mark)
    if target > state.closed_day:
        _close(state, effects, target, log_time, historical)
    expect_next(state, mark)


def _close(
    state: CommunityState, effects: Effects, target: int, log_time: int, historical: bool
) -> None:
    """Judge each day up to `target` as it closes; stretches without data at once."""
    reach = max((rule.reach for rule in day_rules()), default=0)
    filled = sorted(day for day, counts in state.days.items() if counts)
    day = state.closed_day
    while day < target:
        day += 1
        last = max((d for d in filled if d <= day), default=None)
        if last is None or day - last > reach + 2:
            # Nothing within any rule's reach: the days until there is something are alike.
            coming = min((d for d in filled if d > day), default=target + 1)
            day = max(day, min(coming - 1, target))
        state.closed_day = day
        _judge(state, effects, log_time, historical, False)
    state.days = {d: c for d, c in state.days.items() if d > target - KEPT_DAYS}


def judge_again(state: CommunityState, effects: Effects, log_time: int) -> None:
    """Judge the last closed day once more: late data may have changed what was found."""
    if state.closed_day >= state.first_day:
        _judge(state, effects, log_time, not state.live, True)


def _judge(
    state: CommunityState, effects: Effects, log_time: int, historical: bool, restated: bool
) -> None:
    zone = state.zone_at(state.seen)
    at = clock.day_start(state.closed_day + 1, zone)
    policy = state.policy_at(at - 1)
    days = Days(state.closed_day, state.days, policy.health.benchmarks)
    for rule in day_rules():
        parameters = policy.parameters(rule.name)
        if not parameters.on:
            verdict = Verdict(Finding.SWITCHED_OFF, None, None, "switched off by the policy")
        else:
            verdict = rule.judge(days, parameters)
        judged = Judged(
            rule=rule,
            parameters=parameters,
            verdict=verdict,
            at=at,
            onset=at if verdict.onset is None else clock.day_start(verdict.onset, zone),
            log_time=log_time,
            historical=historical,
            restated=restated,
        )
        step(state, effects, judged)
