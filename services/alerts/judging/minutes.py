"""Judges spike rules: as the open minute fills, and as closed minutes calm down."""

from dataclasses import replace

from services.alerts import episodes
from services.alerts.effects import Effects
from services.alerts.judging.following import step
from services.alerts.policy.compiled import Compiled
from services.alerts.rules.catalogue import spike_rules
from services.alerts.rules.definition import Judged, Parameters, Rule, SpikeRule, Verdict
from services.alerts.rules.states import OPEN, Finding
from services.alerts.spikes import judge as spikes
from services.alerts.spikes.watch import SlotOf, Watch
from services.alerts.state import CommunityState, RuleState
from services.alerts.tallies.definition import Seen
from services.kit.actions.event import Event
from services.kit.runtime import clock
from services.kit.runtime.clock import DAY, HOUR, MINUTE

STUCK = DAY
"""A spike that fires longer than this has become the usual level, and is learned again."""


def watch(state: CommunityState, effects: Effects, seen: Seen, policy: Compiled) -> None:
    """What an event means to the spike rules."""
    event = seen.event
    for rule in spike_rules():
        if rule.counts == event.type and seen.regular:
            _fill(state, effects, rule, seen, policy)
        elif (rule.id, 0) in state.alert:
            _pass(state, effects, rule, policy, event)


def _of_spike(parameters: Parameters) -> spikes.Spike:
    if not isinstance(parameters, spikes.Spike):
        raise TypeError("a SpikeRule's parameters derive from Spike")
    return parameters


def _slot_of(state: CommunityState) -> SlotOf:
    zone_at = state.community.zone_at

    def slot(minute: int) -> int:
        at = minute * MINUTE
        return (clock.local(at, zone_at(at)) // HOUR + 3 * 24) % 168  # 1970 began a Thursday

    return slot


def _closing(
    state: CommunityState, rule: Rule, policy: Compiled, start: int
) -> tuple[Watch, SlotOf, int]:
    """The watch with the minutes closed that the watermark has passed, and the last of them."""
    known = state.watches.get((rule.id, 0))
    watched = Watch.starting(_begin(state, start)) if known is None else known.copy()
    closed = (state.seen - policy.health.lateness.minute()) // MINUTE - 1
    current = state.rules.get((rule.id, 0), RuleState())
    frozen = (
        current.state in OPEN
        and watched.baseline.age() >= spikes.WARM_UP
        and state.seen - current.since < STUCK
    )
    slot_of = _slot_of(state)
    watched.advance(max(closed, watched.closed), slot_of, learning=not frozen)
    return watched, slot_of, closed


def _begin(state: CommunityState, minute: int) -> int:
    """Where a new watch begins: a community that never complained was quiet all the time."""
    if state.first_day >= state.day:
        return minute
    zone = state.zone_at(state.seen)
    return min(minute, clock.day_start(state.first_day + 1, zone) // MINUTE)


def _pass(
    state: CommunityState, effects: Effects, rule: SpikeRule, policy: Compiled, event: Event
) -> None:
    """While a spike rule is not inactive every closed minute is judged."""
    known = state.watches[rule.id, 0]
    if (state.seen - policy.health.lateness.minute()) // MINUTE - 1 <= known.closed:
        return
    watched, slot_of, closed = _closing(state, rule, policy, known.closed + 1)
    _calm(state, effects, rule, policy, event, watched, slot_of, closed)
    _keep(state, effects, rule, watched)


def _calm(
    state: CommunityState, effects: Effects, rule: SpikeRule, policy: Compiled, event: Event,
    watched: Watch, slot_of: SlotOf, closed: int,
) -> None:  # fmt: skip
    parameters = _of_spike(policy.parameters(rule.name))
    current = state.rules.get((rule.id, 0), RuleState())
    if current.state in OPEN:
        verdict = spikes.judge_clearing(watched, slot_of, parameters)
    else:
        verdict = spikes.judge(watched.look(slot_of), parameters)
        if verdict.finding is Finding.MET:
            return  # it takes an event to fire
    if not parameters.on:
        verdict = Verdict(Finding.SWITCHED_OFF, None, None, "switched off by the policy")
    at = (closed + 1) * MINUTE
    judged = Judged(
        rule=rule, parameters=parameters, verdict=verdict, at=at, onset=at,
        log_time=event.log_time, historical=event.imported is not None,
    )  # fmt: skip
    step(state, effects, judged)
    if current.state in OPEN and state.rules[rule.id, 0].state not in OPEN:
        watched.settle()


def _fill(
    state: CommunityState, effects: Effects, rule: SpikeRule, seen: Seen, policy: Compiled
) -> None:
    event, minute = seen.event, seen.event.time // MINUTE
    parameters = _of_spike(policy.parameters(rule.name))
    watched, slot_of, closed = _closing(state, rule, policy, minute)
    if (rule.id, 0) in state.alert:
        _calm(state, effects, rule, policy, event, watched, slot_of, closed)
    watched.add(minute, event.member, effects.space(state, event.space))
    if parameters.on:
        _judge(state, effects, rule, parameters, watched, slot_of, event)
    _keep(state, effects, rule, watched)


def _judge(
    state: CommunityState, effects: Effects, rule: SpikeRule, parameters: spikes.Spike,
    watched: Watch, slot_of: SlotOf, event: Event,
) -> None:  # fmt: skip
    sight = watched.look(slot_of)
    verdict = spikes.judge(sight, parameters)
    named = {number: name for name, number in state.spaces.items()}
    spaces = [named[number] for number in sight.spaces if number]
    verdict = replace(verdict, evidence={**verdict.evidence, "spaces": spaces})
    judged = Judged(
        rule=rule, parameters=parameters, verdict=verdict, at=event.time,
        onset=(verdict.onset or event.time // MINUTE) * MINUTE, log_time=event.log_time,
        historical=event.imported is not None, people=sight.people, cause=event.uid.hex(),
    )  # fmt: skip
    was_open = state.rules.get((rule.id, 0), RuleState()).state in OPEN
    if not was_open or verdict.finding is Finding.MET:
        step(state, effects, judged)
    if was_open:
        episodes.grow(state, effects, judged)


def _keep(state: CommunityState, effects: Effects, rule: Rule, watched: Watch) -> None:
    state.watches[rule.id, 0] = watched
    effects.watches.add((state.key, rule.id, 0))
