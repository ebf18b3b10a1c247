"""The fold of one partition: counts what members do, judges rules, runs incidents.

In the order of reading, each given the state of a community and the effects so far:

    understanding    what the event is; may raise, changes nothing but caches
    closing          the watermark, and which days it closes
    judging          rules of days and of minutes, through the table of states
    episodes         incidents that open, grow, are proved and close; `telling` says so
    orders           what operators say of incidents
    tallying         the counts; cannot raise

What comes before the counting works on values that can be put back, so an event that raises
leaves no trace.
"""

from collections.abc import Sequence

from services.alerts import episodes, loading, writing
from services.alerts.closing import moves_clock
from services.alerts.counting import locate
from services.alerts.effects import Effects
from services.alerts.judging import days, minutes
from services.alerts.members.membership import apply_roles
from services.alerts.memory import Memory
from services.alerts.messages import relabel
from services.alerts.orders import ORDERS, order
from services.alerts.policy.compiled import Compiled
from services.alerts.state import CommunityState
from services.alerts.tallies.definition import Seen
from services.alerts.tallying import count
from services.alerts.understanding import MESSAGES, understand
from services.kit.actions.event import Event
from services.kit.communities.slice import STARTS
from services.kit.projection.definition import NEVER, Connection, Fact, FoldContext

OF_COMMUNITY = frozenset({"policy.published", "community.changed"})
JUDGED = frozenset({
    "complaint.filed", "thread.moved", "reward.granted", "content.relabelled", "import.ended",
    "role.appointed", "role.ended", "member.joined", *ORDERS, *OF_COMMUNITY,
})  # fmt: skip
"""Types that may change more than counts."""


class AlertsFold:
    """Implements `Fold`. See the module's docstring for the order of work."""

    def __init__(self, context: FoldContext) -> None:
        self.next_due = NEVER
        self._memory = Memory(context, Effects(context.silent))
        self._effects = self._memory.effects
        self._timers = self._memory.timers
        self.facts: list[Fact] = self._effects.facts

    async def load(self, db: Connection, events: Sequence[Event], log_time: int) -> None:
        """Heads of the partition once; then what these events and due timers touch."""
        await loading.load(self._memory, db, events, log_time)
        self.next_due = self._timers.next_due()

    def needs_all_written(self, event: Event) -> bool:  # noqa: ARG002 - the port's signature
        """Never: what is not written yet is found among the effects."""
        return False

    def fold(self, event: Event) -> None:
        """Apply one event."""
        effects, state = self._effects, self._memory.states[event.key]
        policy = state.policy_at(event.time)
        seen = understand(state, event, policy)
        clock_moves = moves_clock(state, event)
        moment = min(event.time, event.arrived)
        if (
            event.type in JUDGED
            or state.alert
            or (not state.live and event.imported is None)
            or not state.community.started
            or state.first_day > state.day
            or (state.incidents and event.type in MESSAGES)
            or (clock_moves and moment >= state.close_at)
        ):
            self._carefully(state, seen, policy, clock_moves, moment)
        elif clock_moves and moment > state.seen:
            state.seen = moment
        if event.arrived > state.arrived:
            state.arrived = event.arrived
        count(state, effects, self._memory.counting, seen, policy)
        effects.heads.add(state.key)
        if state.due() < state.queued:
            self._timers.expect(state)
            self.next_due = self._timers.next_due()

    def _carefully(
        self, state: CommunityState, seen: Seen, policy: Compiled, clock_moves: bool, moment: int
    ) -> None:
        """All that may raise or judge; put back if it raises."""
        effects, event = self._effects, seen.event
        saved, mark = state.snapshot(), effects.mark()
        try:
            if not state.live and event.imported is None and event.type in STARTS:
                state.live = True
            days.pass_on(state, effects, event, clock_moves, moment)
            apply_roles(state, effects, event)
            if event.type in ORDERS:
                order(state, effects, event)
            else:
                self._judge(state, seen, policy)
            if event.type == "content.relabelled":
                relabel.check(state, effects, event)
            if event.type in OF_COMMUNITY or not state.community.started:
                self._take_in(state, event)
        except BaseException:
            state.restore(saved)
            effects.back_to(mark)
            raise

    def _judge(self, state: CommunityState, seen: Seen, policy: Compiled) -> None:
        """What the event means to spike rules and to open incidents."""
        event = seen.event
        backfill = event.imported is not None and state.live
        if not backfill:
            minutes.watch(state, self._effects, seen, policy)
        if event.type == "import.ended":
            state.recheck = event.log_time + 1
        if state.incidents and not backfill:
            episodes.prove(state, self._effects, event)

    def _take_in(self, state: CommunityState, event: Event) -> None:
        """What the event says of its community. Last, because it is not put back."""
        self._memory.communities.apply(event)
        state.community = self._memory.communities[event.key]
        state.hour_to = state.hour_from  # a zone may have changed: ask again
        locate(state, event.time, state.zone_at(event.time))

    def fire(self, log_time: int, offset: int) -> None:  # noqa: ARG002 - nothing here needs it
        """Fire timers in due order: deadlines, late data, closing by the clock."""
        effects = self._effects
        for due, state in self._timers.reached(log_time):
            if state.deadline <= due:
                episodes.breach(state, effects, due)
            if state.recheck <= due:
                state.recheck = NEVER
                days.judge_again(state, effects, due)
            if state.live and max(state.close_at, state.arrived) + state.idle <= due:
                days.close_up_to(state, effects, due - state.idle, due, False)
            effects.heads.add(state.key)
        self.next_due = self._timers.next_due()

    async def write(self, db: Connection) -> None:
        """Write all that changed since the last write."""
        await writing.write(self._memory, db)


def opened(context: FoldContext) -> AlertsFold:
    """For the projection's description."""
    return AlertsFold(context)
