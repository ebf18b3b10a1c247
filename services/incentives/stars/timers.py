"""The open periods of a partition: which event must be the first of its segment, what closes when.

What closes a period is read from the tables when a segment is loaded. So a segment has to begin
with the record whose log time reaches the moment, and has to end before the next such record,
which is foreseen from the events alone: a community may open a period and close it in one batch.
Pure.
"""

from collections.abc import Iterable
from heapq import heappop, heappush

from services.incentives.stars.periods import Known, Period, due, dues, next_close, season
from services.incentives.tenant import Tenant
from services.kit.actions.event import TICK, Event
from services.kit.projection.definition import NEVER

OF_COMMUNITY = frozenset({"policy.published", "community.changed"})
Due = tuple[int, int, Period]
"""When, community, period."""


class Timers:
    """Of one fold."""

    __slots__ = ("_asked", "_bound", "_due", "_heap", "closed")

    def __init__(self) -> None:
        self._due: dict[int, dict[Period, int]] = {}
        self._heap: list[Due] = []
        self._bound = -NEVER
        """A log time from which on something unknown may close: at first, any."""
        self._asked = (-1, NEVER)
        """The position of the event that was asked about last, and its bound."""
        self.closed: list[tuple[int, Period]] = []
        """What the table is to forget."""

    @property
    def next_due(self) -> int:
        """The log time at which the first of all closes."""
        heap = self._heap
        while heap and self._due.get(heap[0][1], {}).get(heap[0][2]) != heap[0][0]:
            heappop(heap)
        return heap[0][0] if heap else NEVER

    # ---- foreseeing

    def cuts(self, event: Event, tenant: Tenant | None) -> bool:
        """Whether a segment must begin with this event; asked of each event, in order."""
        cut = event.log_time >= self._bound or event.log_time >= self.next_due
        bound = NEVER
        if event.type in OF_COMMUNITY:
            bound = event.log_time
        elif event.type != TICK and (tenant is None or _unsure(tenant, event.log_time)):
            bound = next_close(event.log_time)
        self._asked = (event.offset, bound)
        self._bound = min(self._bound, bound)
        return cut

    def written(self, last: int) -> None:
        """All up to a position is in the tables; an event beyond it may have been asked about."""
        offset, bound = self._asked
        self._bound = bound if offset > last else NEVER

    # ---- opening and closing

    def loaded(self, key: int, period: Period, known: Known) -> None:
        """The table has it as open."""
        self._put(key, period, due(period, known))

    def _put(self, key: int, period: Period, at: int) -> None:
        self._due.setdefault(key, {})[period] = at
        heappush(self._heap, (at, key, period))

    def moved(self, key: int, known: Known) -> None:
        """The community's time zone may have changed, and with it when its periods close."""
        for period, at in dues(self._due.get(key, ()), known).items():
            if self._due[key][period] != at:
                self._put(key, period, at)

    def look(self, tenant: Tenant, known: Known, log_time: int) -> None:
        """Learn what is open of a community from this log time on."""
        tenant.season = found = season(known, log_time)
        tenant.seasoned = NEVER if found is None else found.until
        there = self._due.get(tenant.key, {})
        tenant.unopened = found is not None and any(each not in there for each in found.periods)

    def open(self, tenant: Tenant, known: Known) -> Iterable[Period]:
        """Open what is to be opened; those periods."""
        there = self._due.get(tenant.key, {})
        periods = tenant.season.periods if tenant.season is not None else ()
        fresh = [period for period in periods if period not in there]
        for period in fresh:
            self._put(tenant.key, period, due(period, known))
        tenant.unopened = False
        return fresh

    def coming(self, log_time: int) -> list[Due]:
        """What closes by a log time, in order."""
        if self.next_due > log_time:
            return []
        return sorted(
            (at, key, period)
            for key, theirs in self._due.items()
            for period, at in theirs.items()
            if at <= log_time
        )

    def close(self, key: int, period: Period) -> None:
        """It is closed."""
        del self._due[key][period]
        self.closed.append((key, period))


def _unsure(tenant: Tenant, log_time: int) -> bool:
    return tenant.unopened or log_time >= tenant.seasoned
