"""What the view reads of a community before it measures anything. Pure values."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from services.alerts.metrics.definition import Basis, Present
from services.alerts.metrics.windows import Window
from services.alerts.policy.compiled import Compiled
from services.kit.runtime import clock


@dataclass(frozen=True, slots=True)
class Scope:
    """A community (or a space of it) as it stands."""

    community: int
    space: int
    live: bool
    seen: int
    first_day: int
    closed_day: int
    zones: tuple[tuple[int, str], ...]
    policy: Compiled

    def zone_at(self, at: int) -> ZoneInfo:
        """The time zone at an instant."""
        return clock.zone([name for start, name in self.zones if start <= at][-1])

    def anchor(self, now: int) -> int:
        """The moment whose windows are open: now, or the last event of a past that only was
        imported."""
        return now if self.live else min(now, self.seen)

    def closed(self, window: Window) -> bool:
        """Whether the window can only change by a correction."""
        if window.span == 2:
            return window.last <= self.closed_day
        lateness = self.policy.health.lateness
        late = lateness.hour() if window.span == 1 else lateness.minute()
        whole_day = clock.local_day(window.begins, self.zone_at(window.begins))
        return window.ends + late <= self.seen or whole_day <= self.closed_day


@dataclass(frozen=True, slots=True)
class Material:
    """All that a series of windows is made of."""

    counts: Mapping[int, Mapping[str, int]]
    """Counters by bucket."""
    distinct: Mapping[int, Mapping[str, int]]
    """Distinct members by the last bucket of a window."""
    censuses: Sequence[tuple[int, int]]
    changes: Sequence[tuple[int, int]]
    corrections: Mapping[int, int]

    def basis(self, scope: Scope, window: Window) -> Basis:
        """What was counted in one window."""
        counts: dict[str, int] = {}
        for bucket, counters in self.counts.items():
            if window.first <= bucket <= window.last:
                for name, n in counters.items():
                    counts[name] = counts.get(name, 0) + n
        distinct = self.distinct.get(window.last, counts if window.span != 2 else {})
        day = clock.local_day(window.ends - 1, scope.zone_at(window.ends - 1))
        return Basis(
            counts, distinct, self._present(window, day), window.days, day - scope.first_day + 1
        )

    def corrected(self, window: Window) -> int:
        """Changes that came after it had closed."""
        return sum(n for b, n in self.corrections.items() if window.first <= b <= window.last)

    def _present(self, window: Window, day: int) -> Present | None:
        known = bisect_left(self.censuses, (window.ends, 0))
        if known:
            return Present(self.censuses[known - 1][1], "census")
        if not self.changes or self.changes[0][0] > day:
            return None
        return Present(sum(n for bucket, n in self.changes if bucket <= day), "joins")
