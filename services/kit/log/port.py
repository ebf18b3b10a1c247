"""The log, as everything above it sees it.

A log is one topic of records in numbered partitions. What an adapter promises, and what the
conformance suite in `tests/kit/log` holds every adapter to:

* **Order.** Offsets of a partition start at its beginning and are read in ascending order.
  They may have holes on some adapters (a broker's control records), never repeats.
* **Gap-free appends.** The records of one `append` stand together, in the order given.
  Concurrent appends to one partition never interleave inside a call, and a reader that has
  seen offset n will never later be shown an offset below n.
* **Acknowledged is durable.** When `append` returns, the records survive the death of any
  process, ours or the log's own. When it raises, the write may still have happened: the
  caller repeats it, and the consumers' deduplication makes that safe.
* **Placing is the caller's.** A record goes to the partition named; keys are only carried.
* **The end is real.** `end(p)` is the offset the next record will get, so that
  `end(p) - next` bounds a consumer's lag.
* **Patience.** A log that is away raises `LogUnavailableError` from `append`, `end` and
  `beginning`; a subscription waits for it and goes on where it was.

Offsets, partitions and counts are ints; `value` is opaque bytes here.
"""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple, Protocol

ACTIONS = "hearth.actions.v1"
FACTS = "hearth.facts.v1"
DEAD_LETTERS = "hearth.dead-letters.v1"


class LogError(Exception):
    """Root of what a log can raise.

    LogError
    ├── LogUnavailableError    the log is away or too slow; retry later
    ├── RecordTooLargeError    this can never be appended
    └── PositionError          the log has nothing at a position: it lost it, or never had it
    """


class LogUnavailableError(LogError):
    """The log did not take or answer in time. A write may still have landed."""


class RecordTooLargeError(LogError):
    """An append is larger than the log's limit (4 MiB in all: it must stand together)."""


class PositionError(LogError):
    """A position lies before the log's beginning or beyond its end.

    A database restored beside an older log, or a log that lost records, looks like this.
    """


def check_position(topic: str, partition: int, following: int, beginning: int, end: int) -> None:
    """Raise PositionError, saying what to do, unless beginning <= following <= end."""
    if not beginning <= following <= end:
        raise PositionError(
            f"{topic}/{partition} holds [{beginning}, {end}) and cannot be read from {following}:"
            " restore the log that belongs to this database, or rebuild the projection"
        )


class Entry(NamedTuple):
    """What is appended: `key` is the community (empty for a tick), `value` the encoded record."""

    key: bytes
    value: bytes


class Record(NamedTuple):
    """What is read back."""

    offset: int
    key: bytes
    value: bytes


class Listener(Protocol):
    """Told by a subscription which partitions it holds. Calls for one partition never overlap."""

    async def assigned(self, partition: int) -> int:
        """Prepare to own `partition`; return the offset to read from.

        No record of the partition is handed out before this has returned. An exception ends
        the subscription (`Subscription.failed`): starting at a wrong place is worse. So does
        an offset outside of [beginning, end], with PositionError.
        """

    async def revoked(self, partition: int) -> None:
        """Let go of `partition`. Work in flight is finished or abandoned before returning.

        Called on rebalance and on `stop()`. A subscription may lose a partition without this
        call ever coming in time (a frozen process); the projection's fence covers that.
        """


class Subscription(Protocol):
    """A member of a consumer group: partitions are shared out among the group's members."""

    async def start(self) -> None:
        """Join the group. Assignment follows through the listener."""

    async def stop(self) -> None:
        """Leave the group after revoking what is held. Stopping twice is safe."""

    async def take(self, partition: int, at_most: int, wait: float) -> Sequence[Record]:
        """The next records of an assigned partition, in order, as soon as there is one.

        Returns at most `at_most` records; an empty list after `wait` seconds without any, and
        at once when the partition is not held (a caller that asks again stops nobody else).
        While the listener prepares the partition it waits. What is buffered is bounded: a
        consumer that does not take stops the reading of its partition and of no other.
        """

    async def report(self, partition: int, following: int) -> None:
        """Publish progress for the log's own lag tools. Decides nothing; errors are swallowed."""

    @property
    def failed(self) -> BaseException | None:
        """Why the subscription can no longer work, or None. The owner ends its process."""


class Log(Protocol):
    """One topic."""

    topic: str

    async def start(self) -> None:
        """Connect, creating the topic where the adapter may. Raises LogUnavailableError."""

    async def stop(self) -> None:
        """Flush and disconnect. Stopping twice is safe."""

    async def partitions(self) -> int:
        """How many partitions the topic has."""

    async def append(self, partition: int, entries: Sequence[Entry]) -> int:
        """Append durably; returns the offset of the first entry.

        Raises LogUnavailableError after the adapter's deadline, RecordTooLargeError.
        """

    async def beginning(self, partition: int) -> int:
        """The oldest offset still there (0 unless retention took some away)."""

    async def end(self, partition: int) -> int:
        """The offset the next record will get."""

    def read(self, partition: int, start: int, stop: int) -> AsyncIterator[Sequence[Record]]:
        """Batches of the records with start <= offset < stop, outside any group; then ends.

        `stop` must not lie beyond `end()`. For rebuild, verification and backtests.
        """

    def subscribe(self, group: str, listener: Listener) -> Subscription:
        """A new member of `group`, not yet started. Groups of two topics share only the name."""
