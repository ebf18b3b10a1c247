"""What ingest is built from. Entry points make it; everything below receives it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from services.ingest.platforms import Platform, discover
from services.ingest.receive.intake import Intake, Limits, Room
from services.kit.access.keys import Keys
from services.kit.actions.record import Recorder
from services.kit.log.port import Log
from services.kit.registry.registry import Registry
from services.kit.runtime import clock


@dataclass(frozen=True)
class Context:
    """The log of actions, who may write to it, and the bounds."""

    log: Log
    registry: Registry
    recorder: Recorder
    keys: Keys
    limits: Limits = field(default_factory=Limits)
    platforms: Mapping[str, Platform] = field(default_factory=discover)
    now: Callable[[], int] = clock.now
    """The wall clock in microseconds."""

    def intake(self) -> Intake:
        """A fresh way into the log."""
        return Intake(self.log, self.limits)

    def room(self) -> Room:
        """Room for the bodies of actions."""
        return Room(self.limits.room)

    def webhook_room(self) -> Room:
        """Room for the bodies of deliveries, apart: those need no key."""
        return Room(self.limits.webhook_room)
