"""Counters and members by window, as the fold adds them up between two writes.

Nothing here raises for what an event says: an event is understood first and counted last.
"""

from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from services.alerts.policy.health import Lateness
from services.alerts.state import CommunityState, Counts
from services.alerts.tallies.definition import Seen, tallies
from services.kit.runtime import clock
from services.kit.runtime.clock import HOUR, MINUTE

BY_MINUTE, BY_HOUR, BY_DAY = 0, 1, 2
WHOLE = 0
MOST_MINUTES = 2**31
"""What a bucket's column can hold: the year 6053."""
_SPOKE = 32

Cell = tuple[int, int, int, int]
"""(community, span, bucket, space)"""


@dataclass(slots=True)
class MemberDay:
    """Who acted on a local day of a community: bits of hours, those of speaking 32 higher."""

    rows: dict[tuple[int, int], int] = field(default_factory=dict)
    """By (member, space)."""
    whole: dict[int, int] = field(default_factory=dict)


def locate(state: CommunityState, at: int, zone: ZoneInfo) -> None:
    """Make `state` stand in the local hour and day of an instant. Raises ValueError."""
    day = clock.local_day(at, zone)
    start = clock.day_start(day, zone)
    bit = (at - start) // HOUR
    begins = start + bit * HOUR
    if not -MOST_MINUTES <= begins // MINUTE < MOST_MINUTES:
        raise ValueError("the time lies thousands of years away")
    state.day, state.hour, state.hour_bit = day, begins // MINUTE, 1 << bit
    state.hour_from = begins
    state.hour_to = min(begins + HOUR, clock.day_start(day + 1, zone))


class Counting:
    """What was counted since the last write, of all communities of a partition."""

    def __init__(self) -> None:
        self.cells: dict[Cell, Counts] = {}
        self.corrections: dict[tuple[int, int, int, int, str], list[int]] = {}
        self.members: dict[tuple[int, int], MemberDay] = {}
        self.touched: set[tuple[int, int, int, int]] = set()
        self._tallies = tallies()

    def tally(self, state: CommunityState, seen: Seen, space: int) -> tuple[str, ...]:
        """What the tallies find in an event. Returns the counters that went up."""
        names: tuple[str, ...] = ()
        for tally in self._tallies.get(seen.event.type, ()):
            found = tally.names(seen)
            names += found
            if tally.minutes and found:
                self.add_minute(state, seen.event.time, found)
        if names:
            self.add(state, space, names)
        return names

    def cell(self, community: int, span: int, bucket: int, space: int) -> Counts:
        """The pending additions to a bucket."""
        key = (community, span, bucket, space)
        found = self.cells.get(key)
        if found is None:
            found = self.cells[key] = {}
        return found

    def add(
        self, state: CommunityState, space: int, names: tuple[str, ...], amount: int = 1
    ) -> None:
        """Counters of the hour and day that `state` stands in; of `space` the day only."""
        hour = self.cell(state.key, BY_HOUR, state.hour, WHOLE)
        day = self.cell(state.key, BY_DAY, state.day, WHOLE)
        total = state.days.get(state.day)
        if total is None:
            total = state.days[state.day] = {}
        for name in names:
            hour[name] = hour.get(name, 0) + amount
            day[name] = day.get(name, 0) + amount
            total[name] = total.get(name, 0) + amount
        if space:
            part = self.cell(state.key, BY_DAY, state.day, space)
            for name in names:
                part[name] = part.get(name, 0) + amount

    def add_minute(self, state: CommunityState, at: int, names: tuple[str, ...]) -> None:
        """Counters of the minute."""
        cell = self.cell(state.key, BY_MINUTE, at // MINUTE, WHOLE)
        for name in names:
            cell[name] = cell.get(name, 0) + 1

    def act(self, state: CommunityState, member: int, space: int, spoke: bool) -> tuple[str, ...]:
        """A regular member was active. Returns the counters of the whole community that rise."""
        day = self.members.get((state.key, state.day))
        if day is None:  # only for days that nobody loaded, which the fold's load prevents
            day = self.members[state.key, state.day] = MemberDay()
        bits = state.hour_bit | (state.hour_bit << _SPOKE) if spoke else state.hour_bit
        was = day.rows.get((member, space), 0)
        if was | bits == was:
            return ()
        day.rows[member, space] = was | bits
        self.touched.add((state.key, state.day, member, space))
        if space:
            self._first(self.cell(state.key, BY_DAY, state.day, space), was, spoke)
        whole = day.whole.get(member, 0)
        if whole | bits == whole:
            return ()
        day.whole[member] = whole | bits
        self._first(self.cell(state.key, BY_DAY, state.day, WHOLE), whole, spoke)
        self._first(state.days.setdefault(state.day, {}), whole, spoke)
        return self._hour(state, whole, spoke)

    def _first(self, cell: Counts, was: int, spoke: bool) -> None:
        """Count the member in a day where this is the first of its kind."""
        if not was & 0xFFFFFFFF:
            cell["active"] = cell.get("active", 0) + 1
        if spoke and not was >> _SPOKE:
            cell["speakers"] = cell.get("speakers", 0) + 1

    def _hour(self, state: CommunityState, was: int, spoke: bool) -> tuple[str, ...]:
        hour = self.cell(state.key, BY_HOUR, state.hour, WHOLE)
        fresh: tuple[str, ...] = ()
        if not was & state.hour_bit:
            hour["active"] = hour.get("active", 0) + 1
            fresh = () if was & 0xFFFFFFFF else ("active",)
        if spoke and not (was >> _SPOKE) & state.hour_bit:
            hour["speakers"] = hour.get("speakers", 0) + 1
            if not was >> _SPOKE:
                fresh = (*fresh, "speakers")
        return fresh

    def correct(
        self,
        state: CommunityState,
        space: int,
        names: tuple[str, ...],
        amount: int,
        lateness: Lateness,
        log_time: int,
    ) -> bool:
        """Note what falls into closed windows. Whether the day was closed."""
        if not names:
            return state.day <= state.closed_day
        if state.hour_to <= state.seen - lateness.hour():
            self._correct(state, BY_HOUR, state.hour, WHOLE, names, amount, log_time)
        if state.day > state.closed_day:
            return False
        self._correct(state, BY_DAY, state.day, WHOLE, names, amount, log_time)
        if space:
            self._correct(state, BY_DAY, state.day, space, names, amount, log_time)
        return True

    def _correct(
        self,
        state: CommunityState,
        span: int,
        bucket: int,
        space: int,
        names: tuple[str, ...],
        amount: int,
        log_time: int,
    ) -> None:
        for name in names:
            key = (state.key, span, bucket, space, name)
            row = self.corrections.setdefault(key, [0, 0, 0])
            row[0] += amount
            row[1] += 1
            row[2] = log_time
