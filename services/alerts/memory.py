"""What the fold of a partition remembers: filled by `loading`, emptied by `writing`."""

from dataclasses import dataclass, field

from services.alerts.counting import Counting
from services.alerts.effects import Effects
from services.alerts.policy.compiled import Compiled, compiled
from services.alerts.state import CommunityState
from services.alerts.timers import Timers
from services.kit.communities.slice import Communities
from services.kit.projection.definition import FoldContext


@dataclass(slots=True)
class Memory:
    """Of all communities of the partition."""

    context: FoldContext
    effects: Effects
    communities: Communities[Compiled] = field(default_factory=lambda: Communities(compiled))
    states: dict[int, CommunityState] = field(default_factory=dict)
    counting: Counting = field(default_factory=Counting)
    timers: Timers = field(default_factory=Timers)
    opened: bool = False
    """Whether the heads of the partition's communities were loaded."""
