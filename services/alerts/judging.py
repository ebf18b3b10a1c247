"""Drives the rules: when a day closes, when a minute fills, when late data come, when time is up.

What the judgements say goes through the table of states; episodes open and close with it.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from msgspec import structs

from services.alerts import episodes
from services.alerts.closing import close_up_to
from services.alerts.rules.catalogue import rules
from services.alerts.rules.definition import DayRule, Days, Parameters, Rule, SpikeRule, Verdict
from services.alerts.rules.states import OPEN, Finding, follow
from services.alerts.spikes import judge as spikes
from services.alerts.spikes.watch import SlotOf, Watch
from services.alerts.state import KEPT_DAYS, CommunityState, RuleState
from services.alerts.tallies.definition import Seen
from services.kit.actions.event import Event
from services.kit.projection.definition import NEVER
from services.kit.runtime import clock
from services.kit.runtime.clock import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from services.alerts.fold import AlertsFold
    from services.alerts.policy.compiled import Compiled


def _of_spike(parameters: Parameters) -> spikes.Spike:
    if not isinstance(parameters, spikes.Spike):
        raise TypeError("a SpikeRule's parameters derive from Spike")
    return parameters


STUCK = DAY
"""A spike that fires longer than this has become the usual level, and is learned again."""


class Judging:
    """Owned by a fold; changes only what `CommunityState.snapshot` can put back."""

    def __init__(self, fold: "AlertsFold") -> None:
        self.fold = fold
        found = rules().values()
        self.of_days = [rule for rule in found if isinstance(rule, DayRule)]
        self.of_minutes = [rule for rule in found if isinstance(rule, SpikeRule)]
        self.spike_ids = frozenset(rule.id for rule in self.of_minutes)
        self.reach = max((rule.reach for rule in self.of_days), default=0)

    # ---- closed days

    def close(self, state: CommunityState, target: int, log_time: int, historical: bool) -> None:
        """Judge each day up to `target` as it closes; stretches without data at once."""
        filled = sorted(day for day, counts in state.days.items() if counts)
        day = state.closed_day
        while day < target:
            day += 1
            last = max((d for d in filled if d <= day), default=None)
            if last is None or day - last > self.reach + 2:
                # Nothing within any rule's reach: the days until there is something are alike.
                coming = min((d for d in filled if d > day), default=target + 1)
                day = max(day, min(coming - 1, target))
            state.closed_day = day
            self._judge_day(state, log_time, historical, False)
        state.days = {d: c for d, c in state.days.items() if d > target - KEPT_DAYS}

    def _judge_day(
        self, state: CommunityState, log_time: int, historical: bool, restated: bool
    ) -> None:
        zone_at = self.fold.communities[state.key].zone_at(state.seen)
        at = clock.day_start(state.closed_day + 1, zone_at)
        policy = self.fold.policy_at(state.key, at - 1)
        days = Days(state.closed_day, state.days, policy.health.benchmarks)
        for rule in self.of_days:
            parameters = policy.parameters(rule.name)
            if not parameters.on:
                verdict = Verdict(Finding.SWITCHED_OFF, None, None, "switched off by the policy")
            else:
                verdict = rule.judge(days, parameters)
            onset = at if verdict.onset is None else clock.day_start(verdict.onset, zone_at)
            self.step(
                state, rule, parameters, verdict,
                at=at, onset=onset, log_time=log_time, historical=historical, restated=restated,
            )  # fmt: skip

    def look_again(self, state: CommunityState, event: Event) -> None:
        """Late data fell into closed days: judge again within a minute, or as the import ends."""
        if event.imported is not None and state.live:
            return
        due = (event.log_time // MINUTE + 1) * MINUTE
        state.recheck = min(state.recheck, due)

    # ---- minutes

    def event(self, state: CommunityState, seen: Seen, policy: "Compiled") -> None:
        """What an event means to spike rules and to open incidents."""
        event = seen.event
        backfill = event.imported is not None and state.live
        if not backfill:
            for rule in self.of_minutes:
                if rule.counts == event.type and seen.regular:
                    self._fill_minute(state, rule, seen, policy)
                elif (rule.id, 0) in state.alert:
                    self._pass_minutes(state, rule, policy, event)
        if event.type == "import.ended":
            state.recheck = event.log_time + 1
        if state.incidents and not backfill:
            episodes.prove(self.fold, state, event)

    def _slot_of(self, state: CommunityState) -> SlotOf:
        zone_at = self.fold.communities[state.key].zone_at

        def slot(minute: int) -> int:
            at = minute * MINUTE
            return (clock.local(at, zone_at(at)) // HOUR + 3 * 24) % 168  # 1970 began a Thursday

        return slot

    def _closing(
        self, state: CommunityState, rule: Rule, policy: "Compiled", start: int
    ) -> tuple[Watch, SlotOf, int]:
        """The watch with the minutes closed that the watermark has passed, and the last of them."""
        known = state.watches.get((rule.id, 0))
        watch = Watch.starting(self._begin(state, start)) if known is None else known.copy()
        closed = (state.seen - policy.health.lateness.minute()) // MINUTE - 1
        current = state.rules.get((rule.id, 0), RuleState())
        frozen = (
            current.state in OPEN
            and watch.baseline.age() >= spikes.WARM_UP
            and state.seen - current.since < STUCK
        )
        slot_of = self._slot_of(state)
        watch.advance(max(closed, watch.closed), slot_of, learning=not frozen)
        return watch, slot_of, closed

    def _begin(self, state: CommunityState, minute: int) -> int:
        """Where a new watch begins: a community that never complained was quiet all the time."""
        if state.first_day >= state.day:
            return minute
        zone = self.fold.communities[state.key].zone_at(state.seen)
        return min(minute, clock.day_start(state.first_day + 1, zone) // MINUTE)

    def _pass_minutes(
        self, state: CommunityState, rule: SpikeRule, policy: "Compiled", event: Event
    ) -> None:
        """While a spike rule is not inactive every closed minute is judged."""
        known = state.watches[rule.id, 0]
        if (state.seen - policy.health.lateness.minute()) // MINUTE - 1 <= known.closed:
            return
        watch, slot_of, closed = self._closing(state, rule, policy, known.closed + 1)
        self._calm(state, rule, policy, event, watch, slot_of, closed)
        self._keep(state, rule, watch)

    def _calm(
        self, state: CommunityState, rule: SpikeRule, policy: "Compiled", event: Event,
        watch: Watch, slot_of: SlotOf, closed: int,
    ) -> None:  # fmt: skip
        parameters = _of_spike(policy.parameters(rule.name))
        current = state.rules.get((rule.id, 0), RuleState())
        if current.state in OPEN:
            verdict = spikes.judge_clearing(watch, slot_of, parameters)
        else:
            verdict = spikes.judge(watch.look(slot_of), parameters)
            if verdict.finding is Finding.MET:
                return  # it takes an event to fire
        if not parameters.on:
            verdict = Verdict(Finding.SWITCHED_OFF, None, None, "switched off by the policy")
        at = (closed + 1) * MINUTE
        self.step(
            state, rule, parameters, verdict, at=at, onset=at, log_time=event.log_time,
            historical=event.imported is not None, restated=False,
        )  # fmt: skip

    def _fill_minute(
        self, state: CommunityState, rule: SpikeRule, seen: Seen, policy: "Compiled"
    ) -> None:
        event, minute = seen.event, seen.event.time // MINUTE
        parameters = _of_spike(policy.parameters(rule.name))
        watch, slot_of, closed = self._closing(state, rule, policy, minute)
        if (rule.id, 0) in state.alert:
            self._calm(state, rule, policy, event, watch, slot_of, closed)
        space = self.fold.space_of(state, event.space)
        watch.add(minute, event.member, space)
        if parameters.on:
            self._judge_minute(state, rule, parameters, watch, slot_of, event)
        self._keep(state, rule, watch)

    def _judge_minute(
        self, state: CommunityState, rule: SpikeRule, parameters: spikes.Spike,
        watch: Watch, slot_of: SlotOf, event: Event,
    ) -> None:  # fmt: skip
        sight = watch.look(slot_of)
        verdict = spikes.judge(sight, parameters)
        named = {number: name for name, number in state.spaces.items()}
        spaces = [named[number] for number in sight.spaces if number]
        verdict = replace(verdict, evidence={**verdict.evidence, "spaces": spaces})
        current = state.rules.get((rule.id, 0), RuleState())
        if current.state in OPEN and verdict.finding is not Finding.MET:
            episodes.grow(self.fold, state, rule, verdict, sight.people, event)
            return
        onset = (verdict.onset or event.time // MINUTE) * MINUTE
        self.step(
            state, rule, parameters, verdict, at=event.time, onset=onset, log_time=event.log_time,
            historical=event.imported is not None, restated=False,
            people=sight.people, cause=event.uid.hex(),
        )  # fmt: skip
        if current.state in OPEN:
            episodes.grow(self.fold, state, rule, verdict, sight.people, event)

    def _keep(self, state: CommunityState, rule: Rule, watch: Watch) -> None:
        if watch.sum <= 0 and not watch.open:
            watch.onset = 0
        state.watches[rule.id, 0] = watch
        self.fold.pending.watches.add((state.key, rule.id, 0))

    # ---- the table of states

    def step(
        self, state: CommunityState, rule: Rule, parameters: Parameters, verdict: Verdict, *,
        at: int, onset: int, log_time: int, historical: bool, restated: bool,
        people: tuple[int, ...] = (), cause: str | None = None, space: int = 0,
    ) -> None:  # fmt: skip
        """Follow the edge that a verdict asks for, and open or close the episode."""
        key = (rule.id, space)
        was = state.rules.get(key, RuleState())
        finding = verdict.finding
        if finding is Finding.MET and at < was.quiet_until:
            return
        clear_since = was.clear_since if was.clear_since is not None else at
        clear_since_ = clear_since if finding is Finding.CLEAR else None
        edge = follow(was.state, finding, at - clear_since, parameters.hold())
        now = structs.replace(
            was,
            why=verdict.why,
            measure=verdict.measure,
            threshold=verdict.threshold,
            sample=verdict.sample,
            judged_at=at,
            clear_since=clear_since_,
        )
        if edge is not None:
            why = f"late data: {edge.cause}" if restated else edge.cause
            now = structs.replace(now, state=edge.to, since=at, cause=why, changes=was.changes + 1)
            self.fold.pending.changes.append(
                (state.key, rule.id, space, now.changes, at, log_time, was.state.value,
                 edge.to.value, why, verdict.why, restated)
            )  # fmt: skip
            now = episodes.followed(
                self.fold, state, rule, parameters, verdict, was, now,
                onset=onset, log_time=log_time, historical=historical, people=people,
                cause=cause or f"{rule.id}/{at}",
            )  # fmt: skip
        state.rules[key] = now
        self.fold.pending.rules.add((state.key, *key))
        if edge is not None:
            state.refresh_alert(self.spike_ids)

    # ---- timers

    def fire(self, state: CommunityState, due: int) -> None:
        """What is due at a moment of log time: deadlines, late data, closing by the clock."""
        if state.deadline <= due:
            episodes.breach(self.fold, state, due)
        if state.recheck <= due:
            state.recheck = NEVER
            if state.closed_day >= state.first_day:
                self._judge_day(state, due, not state.live, True)
        if state.live and max(state.close_at, state.arrived) + state.idle <= due:
            close_up_to(self.fold, state, due - state.idle, due, False)
