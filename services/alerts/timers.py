"""When communities are due, the earliest first. Pure.

A community stands in the queue under `state.queued`; entries under another time are left over
and passed by.
"""

import heapq
from collections.abc import Iterator

from services.alerts.state import CommunityState
from services.kit.projection.definition import NEVER


class Timers:
    """The queue of a partition."""

    def __init__(self) -> None:
        self._queue: list[tuple[int, int]] = []
        self._states: dict[int, CommunityState] = {}

    def expect(self, state: CommunityState) -> None:
        """Keep the entry of a community at its next due time, or earlier."""
        due = state.due()
        if due < state.queued:
            state.queued = due
            self._states[state.key] = state
            heapq.heappush(self._queue, (due, state.key))

    def next_due(self) -> int:
        """Log time of the earliest timer, or NEVER."""
        queue = self._queue
        while queue and self._states[queue[0][1]].queued != queue[0][0]:
            heapq.heappop(queue)
        return queue[0][0] if queue else NEVER

    def reached(self, log_time: int) -> Iterator[tuple[int, CommunityState]]:
        """In due order: a due moment and the community to be seen to before the next is asked."""
        while self._queue and self._queue[0][0] <= log_time:
            due, key = heapq.heappop(self._queue)
            state = self._states[key]
            if due != state.queued:
                continue
            state.queued = NEVER
            if state.due() <= due:
                yield due, state
            self.expect(state)
