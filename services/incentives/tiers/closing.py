"""When the local days of communities close, and where a batch must be cut for it. Pure.

What closes a day is worked out by the database over all members, before the first record whose log
time is past its end. So everything up to there must be in the tables, and nothing after it.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from services.incentives.levels.passing import Passing
from services.incentives.outcome import DayBegan, Outcome
from services.incentives.tiers.definition import STAGES, TIERS
from services.kit.communities.timeline import Community
from services.kit.projection.definition import NEVER
from services.kit.runtime import clock

Judged = Callable[[], Iterable[Community[Any]]]


class Change(NamedTuple):
    """What a close made of a member; codes as in the table, None where there was none before."""

    member: int
    tier: int
    was_tier: int | None
    stage: int
    was_stage: int | None


class Closed(NamedTuple):
    """A day that began at `at`, and what the close of the one before has changed."""

    at: int
    community: int
    day: int
    changes: list[Change]


class Closings:
    """The days to come, those that are closed and not yet told, and the next place to cut."""

    __slots__ = ("_cut_at", "_seen", "_stale", "_unsettled", "changed", "told", "waiting")

    def __init__(self) -> None:
        self.waiting = Passing()
        self.told: list[Closed] = []
        self.changed: set[int] = set()
        """Communities whose next day the table does not have yet."""
        self._cut_at = NEVER
        self._seen = -NEVER
        self._stale = True
        self._unsettled = True

    @property
    def next_due(self) -> int:
        """When the next day closes."""
        return self.waiting.next_due

    @property
    def next_told(self) -> int:
        """When the first day began that is closed and not told."""
        return self.told[0].at if self.told else NEVER

    def expect(self, key: int, day: int, community: Community[Any]) -> None:
        """Close a community as a local day begins."""
        zone = community.zone_at(day * clock.DAY)
        self.waiting.expect(key, day, clock.day_start(day, zone))
        self.changed.add(key)

    def expect_again(self, key: int, community: Community[Any]) -> None:
        """Days may begin at other times now."""
        if key in self.waiting.days:
            for day in self.waiting.drop(key):
                self.expect(key, day, community)

    def next_day(self, key: int) -> int | None:
        """The local day with which a community closes next; None for none."""
        return min(self.waiting.days.get(key, {}), default=None)

    def loaded(self) -> None:
        """Memory has taken in what the segment before was about."""
        self._stale = True

    def cuts(self, log_time: int, settled: bool, judged: Judged) -> bool:
        """Whether a day may close before a record, asked of one after the other.

        `settled` unless the record may bring in a community, a zone or a policy, so that only
        after it can be known when days end; `judged` gives the communities that have tiers.
        """
        if self._stale:
            self._stale = False
            self._cut_at = min((_midnight(each, self._seen) for each in judged()), default=NEVER)
        cut = self._unsettled
        if log_time >= self._cut_at:
            cut = self._stale = True
        self._unsettled = not settled
        if log_time > self._seen:
            self._seen = log_time
        return cut

    def tell(self, outcome: Outcome) -> None:
        """Make facts of the earliest close that was not told."""
        closed = self.told.pop(0)
        cause = DayBegan(closed.day, -1)
        for member, tier, was_tier, stage, was_stage in closed.changes:
            of = ("", member)
            if tier != (was_tier or 0):
                data = {"member": member, "from": TIERS[was_tier or 0], "to": TIERS[tier]}
                outcome.fact(closed.community, "tier.changed", of, closed.at, data, cause)
            if stage != was_stage:
                before = None if was_stage is None else STAGES[was_stage]
                data = {"member": member, "from": before or "", "to": STAGES[stage]}
                outcome.fact(closed.community, "lifecycle.changed", of, closed.at, data, cause)


def _midnight(community: Community[Any], after: int) -> int:
    """When the local day after an instant begins."""
    if after == -NEVER:
        return NEVER
    day = clock.local_day(after, community.zone_at(after)) + 1
    return clock.day_start(day, community.zone_at(day * clock.DAY))
