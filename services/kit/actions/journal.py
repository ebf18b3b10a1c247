"""Writing actions to the log from inside: operator commands, timers, tools."""

from collections.abc import Sequence

from services.kit.actions.envelope import Action
from services.kit.actions.record import Recorder
from services.kit.log.port import Entry, Log
from services.kit.registry.registry import Registry
from services.kit.runtime import clock


class Journal:
    """Appends actions of one community at a time, durably, and tells their position."""

    def __init__(self, log: Log, registry: Registry, recorder: Recorder) -> None:
        self._log = log
        self._registry = registry
        self._recorder = recorder

    async def append(self, slug: str, actions: Sequence[Action]) -> int:
        """The position (offset) of the last of `actions`.

        Raises UnknownCommunityError, LogUnavailableError.
        """
        partition, entries = await self.entries(slug, actions)
        return await self.put(partition, entries) + len(entries) - 1

    async def entries(self, slug: str, actions: Sequence[Action]) -> tuple[int, list[Entry]]:
        """The partition of a community, and actions as they will stand there: for an outbox.

        Raises UnknownCommunityError.
        """
        community = await self._registry.community(slug)
        entries = await self._recorder.entries(community.key, slug, actions, clock.now())
        return community.partition, entries

    async def put(self, partition: int, entries: Sequence[Entry]) -> int:
        """Append such entries; the position of the first. Raises LogUnavailableError."""
        return await self._log.append(partition, entries)
