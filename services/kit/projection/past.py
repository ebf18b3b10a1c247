"""Which past a read asks for: what was true of a time, what was known at a position, or both."""

from typing import NamedTuple

EVER = 2**62


class Past(NamedTuple):
    """Rows with event time up to `at`, of events up to `position`.

    `seen` is the log time of that position: days that had begun by then had been looked at.
    """

    at: int = EVER
    position: int = EVER
    seen: int = EVER

    @property
    def is_now(self) -> bool:
        """Whether nothing is left out."""
        return self.at == EVER and self.position == EVER

    def moment(self, now: int) -> int:
        """The instant that days and terms are looked at from."""
        return min(self.at, self.seen, now) if not self.is_now else now


NOW = Past()
