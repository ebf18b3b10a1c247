"""What is remembered of one community. Changed only while an event or a timer is folded."""

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from services.alerts.incidents.model import Incident, next_deadline
from services.alerts.policy.compiled import Compiled, default
from services.alerts.rules.catalogue import spike_rules
from services.alerts.rules.states import State
from services.alerts.spikes.watch import Watch
from services.kit.communities.timeline import Community
from services.kit.projection.definition import NEVER

NO_DAY = -(2**31)
LAST_DAY = 2**31 - 1
KEPT_DAYS = 70
"""Closed days whose counts stay in memory: more than any rule's reach."""
EXEMPT = ("staff", "bot")
"""Roles that make a member not a regular one."""

Counts = dict[str, int]
Held = dict[str, tuple[int, int]]
"""Role to (since, until)."""


class RuleState(Struct, frozen=True, omit_defaults=True):
    """Where a rule stands, with the numbers of its last judgement."""

    state: State = State.INACTIVE
    since: int = 0
    cause: str = "not judged yet"
    why: str = ""
    measure: float | None = None
    threshold: float | None = None
    sample: int = 0
    judged_at: int = 0
    clear_since: int | None = None
    quiet_until: int = 0
    """After an incident was closed by hand: until then the rule does not fire again."""
    incident: str | None = None
    changes: int = 0


@dataclass(slots=True)
class Message:
    """A message as it is remembered."""

    at: int
    space: int
    member: int | None
    kind: str
    regular: bool
    guessed: bool


@dataclass(slots=True)
class CommunityState:
    """Of one community."""

    key: int
    slug: str = ""
    live: bool = False
    seen: int = 0
    arrived: int = 0
    first_day: int = LAST_DAY
    closed_day: int = NO_DAY
    close_at: int = NEVER
    idle: int = 0
    deadline: int = NEVER
    recheck: int = NEVER
    loaded: bool = False
    queued: int = NEVER
    """The due time under which it stands among the timers."""
    community: Community[Compiled] = field(default_factory=lambda: Community(0))
    """Its policies and time zones: a value, replaced when one of them changes."""

    spaces: dict[str, int] = field(default_factory=dict)
    last_message: dict[int, int] = field(default_factory=dict)
    roles: dict[int, Held] = field(default_factory=dict)
    present: dict[int, int | None] = field(default_factory=dict)
    days: dict[int, Counts] = field(default_factory=dict)
    rules: dict[tuple[str, int], RuleState] = field(default_factory=dict)
    watches: dict[tuple[str, int], Watch] = field(default_factory=dict)
    incidents: dict[str, Incident] = field(default_factory=dict)
    """The open ones."""
    alert: frozenset[tuple[str, int]] = frozenset()
    """Spike rules that are not inactive: closed minutes are judged for them."""

    # The hour that was last asked for: most events fall into the same one.
    day: int = NO_DAY
    hour: int = 0
    hour_from: int = 0
    hour_to: int = 0
    hour_bit: int = 0

    def policy_at(self, at: int) -> Compiled:
        """The policy in force, or the default where none was published."""
        version = self.community.policy_at(at)
        return default() if version is None else version.compiled

    def zone_at(self, at: int) -> ZoneInfo:
        """The time zone at an instant."""
        return self.community.zone_at(at)

    def due(self) -> int:
        """Log time of the next timer."""
        close = max(self.close_at, self.arrived) + self.idle if self.live else NEVER
        return min(self.deadline, self.recheck, close)

    def refresh_deadline(self) -> None:
        """After incidents changed."""
        waiting = [next_deadline(incident) for incident in self.incidents.values()]
        self.deadline = min((due for due in waiting if due is not None), default=NEVER)

    def refresh_alert(self) -> None:
        """After rules changed."""
        spikes = {rule.id for rule in spike_rules()}
        self.alert = frozenset(
            key
            for key, rule in self.rules.items()
            if key[0] in spikes and rule.state is not State.INACTIVE
        )

    def regular(self, member: int | None, at: int) -> bool:
        """Whether a member is neither staff nor bot at a time; nobody known counts as regular."""
        held = self.roles.get(member) if member is not None else None
        return held is None or not any(
            held[role][0] <= at < held[role][1] for role in EXEMPT if role in held
        )

    def roles_at(self, member: int | None, at: int) -> tuple[str, ...]:
        """The roles a member holds at a time."""
        held = self.roles.get(member) if member is not None else None
        if held is None:
            return ()
        return tuple(role for role, (since, until) in held.items() if since <= at < until)

    def snapshot(self) -> dict[str, Any]:
        """What an event beyond mere counting may change, to be put back if it raises.

        Values inside the dicts are never changed in place, so that shallow copies do; `days` is
        only ever replaced as a whole before an event is counted.
        """
        return {
            name: value.copy() if isinstance(value, dict) and name != "days" else value
            for name in SNAPSHOT
            for value in (getattr(self, name),)
        }

    def restore(self, saved: dict[str, Any]) -> None:
        """Undo what happened since the snapshot."""
        for name, value in saved.items():
            setattr(self, name, value)


SNAPSHOT = (
    "live", "seen", "arrived", "first_day", "closed_day", "close_at", "idle", "deadline",
    "recheck", "spaces", "roles", "days", "rules", "watches", "incidents", "alert",
)  # fmt: skip
