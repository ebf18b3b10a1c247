"""Levels that are lost by time alone: looked at when a local day begins.

A member above the first rung of a ladder with demotion is looked at on the day after the log time
of the last look. Pure; the members that are due were loaded before.
"""

from services.incentives.levels.bound import BoundLadder
from services.incentives.levels.climbing import climb
from services.incentives.outcome import DayBegan, Outcome
from services.incentives.policy.bind import Bound
from services.incentives.state import Member
from services.incentives.tenant import Tenant
from services.kit.projection.definition import NEVER


class Passing:
    """The timers of one fold: of each community the next local day to look at."""

    __slots__ = ("_starts", "days", "next_due")

    def __init__(self) -> None:
        self.days: dict[int, int] = {}
        self.next_due = NEVER
        self._starts: dict[int, int] = {}

    def expect(self, key: int, day: int, start: int) -> None:
        """Look at a community when `day` begins, which is at `start`, if not before."""
        if day < self.days.get(key, NEVER):
            self.days[key] = day
            self._starts[key] = start
            self.next_due = min(self._starts.values())

    def due(self, log_time: int) -> list[int]:
        """The communities to be looked at by a log time."""
        return [key for key, start in self._starts.items() if start <= log_time]

    def drop(self, key: int) -> int:
        """Forget a community's timer; its day."""
        del self._starts[key]
        self.next_due = min(self._starts.values(), default=NEVER)
        return self.days.pop(key)

    def take(self) -> tuple[int, int, int]:
        """Take the earliest off: its start, community and day."""
        start, key = min((start, key) for key, start in self._starts.items())
        return start, key, self.drop(key)


def look(tenant: Tenant, bound: Bound, day: int, at: int, outcome: Outcome) -> bool:
    """Look at the members that are due on a day; whether any is to be looked at again."""
    due = [
        member
        for members in (tenant.members, tenant.old_members)
        for member in members.values()
        if member.check is not None and member.check <= day
    ]
    for member in sorted(due, key=lambda each: each.token):
        climb(bound.ladders, member, (at, day), tenant, outcome, DayBegan(day, -1))
        tenant.falling.clear()
        member.check = day + 1 if falls(bound.ladders, member) else None
        tenant.touch(member)
    return bool(due)


def falls(ladders: list[BoundLadder], member: Member) -> bool:
    """Whether a member stands on a rung that time alone may take away."""
    return any(ladder.falls and member.ranks.get(ladder.word, 0) > 0 for ladder in ladders)
