"""The fold of one partition. Pure work is the engine's; here memory is filled and emptied."""

from collections import defaultdict
from collections.abc import Sequence

from services.incentives import loading, store
from services.incentives.content.reach import LOOKING_BACK, REVERSALS
from services.incentives.engine import Engine
from services.incentives.keywords import loading as keywords
from services.incentives.keywords.telling import tell
from services.incentives.remembering import Memory
from services.incentives.stars.timers import OF_COMMUNITY
from services.incentives.timetable import Timetable
from services.kit.actions.event import Event
from services.kit.projection.definition import Connection, Fact, Fold, FoldContext


class BrokenFoldError(Exception):
    """Applying an event raised after memory was changed: a fault of ours. Nothing is written."""


class IncentivesFold:
    """Implements `Fold`.

    Without `ranked` it leaves the boards' index empty, for who asks about members alone.
    """

    def __init__(self, context: FoldContext, *, ranked: bool = True) -> None:
        self._partition, self._ranked = context.partition, ranked
        self._texts = None if context.silent else context.texts
        self._engine = Engine(context.silent)
        self._memory = Memory()
        self._timetable = Timetable(context.partition, self._memory, self._engine)
        self._matches: keywords.Matches = {}
        self.next_due = self._timetable.next_due
        self.facts: list[Fact] = self._engine.outcome.facts

    def needs_all_written(self, event: Event) -> bool:
        """Where a day or a period closes all before it is judged; a reversal that may refill what
        caps had cut looks at a whole day of entries, an order at all that it names."""
        if self._timetable.cuts(event):
            return True
        if event.type not in REVERSALS:
            return event.type in LOOKING_BACK
        if event.key not in self._memory.tenants:
            return True
        versions = self._memory.communities[event.key].versions
        return any(version.compiled.refills for version in versions)

    async def load(self, db: Connection, events: Sequence[Event], log_time: int) -> None:
        """Communities, posts, members, and what reversals among the events may reverse."""
        await self._timetable.open(db, log_time)
        by_community: dict[int, list[Event]] = defaultdict(list)
        for event in events:
            by_community[event.key].append(event)
        await self._memory.meet(db, by_community)
        self._matches = await keywords.read(self._texts, events, self._memory.communities)
        for key, theirs in by_community.items():
            await loading.load_tenant(db, *self._memory[key], theirs)
        await self._timetable.load(db, log_time, events[-1].offset if events else None)
        self.next_due = self._timetable.next_due

    def fold(self, event: Event) -> None:
        """Apply one event. What raises before anything is changed leaves no trace."""
        tenant, community = self._memory[event.key]
        if event.type in OF_COMMUNITY:
            self._memory.communities.apply(event)
            self._timetable.moved(event.key)
            self.next_due = self._timetable.next_due
            return
        self._timetable.season(event.log_time, tenant)
        mark = len(tenant.words.names), len(tenant.bounds)
        try:
            self._engine.fold(event, tenant, community)
        except Exception:
            tenant.forget(mark)
            raise
        if found := self._matches.get(event.offset):
            tell(event, found, tenant, self._engine.outcome)
        if not community.started:
            self._memory.communities.apply(event)
        self._timetable.note(event.log_time, tenant)
        self.next_due = self._timetable.next_due

    def fire(self, log_time: int, offset: int) -> None:
        """Do what log time alone brings, in due order."""
        self._timetable.fire(log_time, offset)
        self.next_due = self._timetable.next_due

    async def write(self, db: Connection) -> None:
        """Write what changed; let go of what was not touched for long."""
        if self._engine.broken:
            raise BrokenFoldError("an event was applied by halves; see the error logged before")
        await self._memory.write_homes(db, self._partition)
        await store.write_outcome(db, self._engine)
        await self._timetable.write(db)
        self.next_due = self._timetable.next_due
        await self._memory.write(db, ranked=self._ranked)


def opened(context: FoldContext) -> Fold:
    """The fold of a partition."""
    return IncentivesFold(context)
