"""What becomes due by log time alone: member by member, in the order of due moments. Pure."""

from collections import Counter
from heapq import heappop, heappush

from services.kit.projection.definition import NEVER

Due = tuple[int, int, int]
"""Due moment, community, member's token."""


class Coming:
    """Holds what was loaded and what is new; all else lies in the table, from `beyond` on."""

    __slots__ = ("_heap", "beyond", "fresh", "passed")

    def __init__(self) -> None:
        self._heap: list[Due] = []
        self.fresh: Counter[Due] = Counter()
        """What the table does not have yet and is still to come."""
        self.beyond = -NEVER
        """The earliest in the table that is not loaded; at first nobody knows."""
        self.passed = -NEVER
        """The log time by which all was taken since the last write, if anything was."""

    @property
    def next_due(self) -> int:
        """The earliest moment of all."""
        return min(self.beyond, self._heap[0][0]) if self._heap else self.beyond

    def take_over(self, dues: list[Due]) -> None:
        """These are to come too; the list is emptied."""
        for due in dues:
            heappush(self._heap, due)
            self.fresh[due] += 1
        dues.clear()

    def loaded(self, due: Due) -> None:
        """The table had it."""
        heappush(self._heap, due)

    def take(self, log_time: int) -> Due | None:
        """The earliest that is due by a log time, each once."""
        if not self._heap or self._heap[0][0] > log_time:
            return None
        found = heappop(self._heap)
        while self._heap and self._heap[0] == found:
            heappop(self._heap)
        self.fresh.pop(found, None)
        self.passed = max(self.passed, log_time)
        return found

    def written(self) -> None:
        """The table has all now: let go of it."""
        self.beyond, self.passed = self.next_due, -NEVER
        self._heap.clear()
        self.fresh.clear()
