"""The fold of one partition: counts what members do, judges rules, runs incidents.

An event is understood first (`_understand`, which may raise and changes nothing but caches),
then what may be judged is judged on values that can be put back, and last it is counted, which
cannot raise. So an event that raises leaves no trace.
"""

import heapq
from collections.abc import Sequence

from services.alerts import loading, writing
from services.alerts.closing import close_days, moves_clock
from services.alerts.counting import Counting, locate
from services.alerts.judging import Judging
from services.alerts.members import membership
from services.alerts.messages import relabel
from services.alerts.messages.identity import key_of
from services.alerts.messages.kind import kind_of
from services.alerts.messages.threads import opens_thread
from services.alerts.orders import ORDERS, order
from services.alerts.pending import Pending
from services.alerts.policy.compiled import Compiled, compiled, default
from services.alerts.presence import Change, acted
from services.alerts.state import CommunityState, Message
from services.alerts.tallies.definition import Seen, tallies
from services.kit.actions.event import Event
from services.kit.communities.slice import STARTS, Communities
from services.kit.projection.definition import NEVER, Connection, Fact, FoldContext

MESSAGES = frozenset({"post.created", "reply.created"})
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
        self.facts: list[Fact] = []
        self.context = context
        self.communities: Communities[Compiled] = Communities(compiled)
        self.states: dict[int, CommunityState] = {}
        self.counting = Counting()
        self.pending = Pending()
        self.judging = Judging(self)
        self.opened = False
        self._queue: list[tuple[int, int]] = []
        self._tallies = tallies()

    # ---- the port

    async def load(self, db: Connection, events: Sequence[Event], log_time: int) -> None:
        """Heads of the partition once; then what these events and due timers touch."""
        await loading.load(self, db, events, log_time)

    def needs_all_written(self, event: Event) -> bool:  # noqa: ARG002 - the port's signature
        """Never: what is not written yet is found among what is pending."""
        return False

    def fold(self, event: Event) -> None:
        """Apply one event."""
        state = self.states[event.key]
        policy = self.policy_at(event.key, event.time)
        seen = self._understand(state, event, policy)
        clock_moves = moves_clock(state, event)
        moment = min(event.time, event.arrived)
        if (
            event.type in JUDGED
            or state.alert
            or (not state.live and event.imported is None)
            or not self.communities[event.key].started
            or state.first_day > state.day
            or (state.incidents and event.type in MESSAGES)
            or (clock_moves and moment >= state.close_at)
        ):
            self._carefully(state, seen, policy, clock_moves, moment)
        elif clock_moves and moment > state.seen:
            state.seen = moment
        if event.arrived > state.arrived:
            state.arrived = event.arrived
        self._count(state, seen, policy)
        self.pending.heads.add(state.key)
        self.enqueue(state)

    def fire(self, log_time: int, _offset: int) -> None:
        """Fire timers in due order."""
        while self._queue and self._queue[0][0] <= log_time:
            due, key = heapq.heappop(self._queue)
            state = self.states[key]
            if due != state.queued:
                continue
            state.queued = NEVER
            if state.due() <= due:
                self.judging.fire(state, due)
                self.pending.heads.add(key)
            self.enqueue(state)
        self._look_at_queue()

    async def write(self, db: Connection) -> None:
        """Write all that changed since the last write."""
        await writing.write(self, db)

    # ---- the parts

    def policy_at(self, key: int, at: int) -> Compiled:
        """The policy in force, or the default where none was published."""
        version = self.communities[key].policy_at(at)
        return default() if version is None else version.compiled

    def conclude(
        self, community: int, type_: str, id_: str, at: int, data: dict[str, object]
    ) -> None:
        """A fact, unless silent."""
        if not self.context.silent:
            self.facts.append(Fact(community, type_, id_, at, data))

    def enqueue(self, state: CommunityState) -> None:
        """Keep the queue's entry of a community at its next due time, or earlier."""
        due = state.due()
        if due < state.queued:
            state.queued = due
            heapq.heappush(self._queue, (due, state.key))
            self._look_at_queue()

    def _look_at_queue(self) -> None:
        while self._queue and self.states[self._queue[0][1]].queued != self._queue[0][0]:
            heapq.heappop(self._queue)
        self.next_due = self._queue[0][0] if self._queue else NEVER

    def _understand(self, state: CommunityState, event: Event, policy: Compiled) -> Seen:
        """What the event is, before anything is changed. Raises for what makes no sense."""
        if not state.hour_from <= event.time < state.hour_to:
            locate(state, event.time, self.communities[event.key].zone_at(event.time))
        regular = not state.roles or state.regular(event.member, event.time)
        if event.type not in MESSAGES:
            return Seen(event, regular)
        data = event.data
        roles = state.roles_at(event.member, event.time) if state.roles else ()
        kind, guessed = kind_of(data, event.space, roles, regular, policy.kinds)
        opens = False
        if event.type == "post.created":
            last = state.last_message.get(state.spaces.get(event.space or "", 0))
            opens = opens_thread(data, event.space, event.time, last, policy.health.threads)
        return Seen(event, regular, kind, guessed, opens, key_of(data["post"]))

    def _carefully(
        self, state: CommunityState, seen: Seen, policy: Compiled, clock_moves: bool, moment: int
    ) -> None:
        """All that may raise or judge; put back if it raises."""
        saved, event = state.snapshot(), seen.event
        mark = self.pending.mark()
        try:
            if not state.live and event.imported is None and event.type in STARTS:
                state.live = True
            close_days(self, state, event, clock_moves, moment)
            membership.apply_roles(self, state, event)
            if event.type in ORDERS:
                order(self, state, event)
            else:
                self.judging.event(state, seen, policy)
            if event.type == "content.relabelled":
                relabel.check(self, state, event)
            if event.type in OF_COMMUNITY or not self.communities[event.key].started:
                self.communities.apply(event)
                state.hour_to = state.hour_from  # a zone may have changed: ask again
                locate(state, event.time, self.communities[event.key].zone_at(event.time))
        except BaseException:
            state.restore(saved)
            self.pending.back_to(mark)
            raise

    def _count(self, state: CommunityState, seen: Seen, policy: Compiled) -> None:
        event = seen.event
        space = self._space(state, event.space)
        names = self._tally(state, seen, space)
        if event.type in MESSAGES:
            self._remember(state, seen, space)
        if seen.regular and event.member is not None:
            if event.type in policy.active:
                names += self._acted(state, event.member, seen, space)
            else:
                membership.apply_presence(self, state, event)
        if event.type == "community.census":
            self.pending.census[state.key, event.time] = event.data["present"]
        elif event.type == "content.relabelled":
            relabel.apply(self, state, event, policy)
        if names and event.time < state.seen:
            lateness = policy.health.lateness
            if self.counting.correct(state, space, names, 1, lateness, event.log_time):
                self.judging.look_again(state, event)

    def _tally(self, state: CommunityState, seen: Seen, space: int) -> tuple[str, ...]:
        names: tuple[str, ...] = ()
        for tally in self._tallies.get(seen.event.type, ()):
            found = tally.names(seen)
            names += found
            if tally.minutes and found:
                self.counting.add_minute(state, seen.event.time, found)
        if names:
            self.counting.add(state, space, names)
        return names

    def _acted(self, state: CommunityState, member: int, seen: Seen, space: int) -> tuple[str, ...]:
        change = acted(state.present.get(member), seen.event.time)
        if change is not None:
            self.present(state, member, change)
        return self.counting.act(state, member, space, seen.event.type in MESSAGES)

    def present(self, state: CommunityState, member: int, change: Change) -> None:
        """Count a change of presence in the buckets of its moments."""
        state.present[member] = change.entry
        self.pending.presence[state.key, member] = change.entry
        here = (state.day, state.hour, state.hour_bit, state.hour_from, state.hour_to)
        for at, amount in ((change.rises, 1), (change.falls, -1)):
            if at is None:
                continue
            if not state.hour_from <= at < state.hour_to:
                locate(state, at, self.communities[state.key].zone_at(at))
            self.counting.add(state, 0, ("present",), amount)
        state.day, state.hour, state.hour_bit, state.hour_from, state.hour_to = here

    def _remember(self, state: CommunityState, seen: Seen, space: int) -> None:
        event = seen.event
        self.pending.messages[state.key, seen.post] = Message(
            event.time, space, event.member, seen.kind, seen.regular, seen.guessed
        )
        if event.time > state.last_message.get(space, -1):
            state.last_message[space] = event.time
            self.pending.spaces.add((state.key, space))

    def _space(self, state: CommunityState, name: str | None) -> int:
        if name is None:
            return 0
        number = state.spaces.get(name)
        if number is None:
            number = state.spaces[name] = len(state.spaces) + 1
            self.pending.spaces.add((state.key, number))
        return number

    def space_of(self, state: CommunityState, name: str | None) -> int:
        """The number of a space, a new one where the name is new."""
        return self._space(state, name)


def opened(context: FoldContext) -> AlertsFold:
    """For the projection's description."""
    return AlertsFold(context)
