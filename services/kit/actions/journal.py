"""Writing actions to the log from inside: operator commands, timers, tools."""

from collections.abc import Sequence

from services.kit.actions.envelope import Action
from services.kit.actions.record import Recorder
from services.kit.log.port import Log
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
        community = await self._registry.community(slug)
        entries = await self._recorder.entries(community.key, slug, actions, clock.now())
        first = await self._log.append(community.partition, entries)
        return first + len(entries) - 1
