"""What time alone takes, looked at when a local day begins: levels, points that expire or decay.

A member above the first rung of a ladder with demotion is looked at on the day after the log time
of the last look, one with lots on the day the next one goes, one with an account that decays on
the day the next part goes. Pure; the members that are due were loaded before.
"""

from collections import Counter, defaultdict
from heapq import heappop, heappush
from typing import NamedTuple
from zoneinfo import ZoneInfo

from services.incentives.calendar import windows_of
from services.incentives.features import Settlement
from services.incentives.levels.bound import BoundLadder
from services.incentives.levels.climbing import climb
from services.incentives.outcome import DayBegan, Outcome
from services.incentives.points import decay
from services.incentives.points.book import NO_CAUSE, Book
from services.incentives.points.lots import next_expiry
from services.incentives.policy.bind import Bound
from services.incentives.state import Member
from services.incentives.tenant import Tenant
from services.kit.projection.definition import NEVER

FIRST_N = -10_000
"""Entries that time alone makes count from here: they stand before those of the record that showed
it, and follow each other."""
Numbers = defaultdict[int, Counter[int]]
"""By community and member, how many entries time alone has made at one record."""


class Passing:
    """The timers of one fold: of each community the local days to look at, with their starts."""

    __slots__ = ("_queue", "days", "next_due")

    def __init__(self) -> None:
        self.days: dict[int, dict[int, int]] = {}
        self.next_due = NEVER
        self._queue: list[tuple[int, int, int]] = []
        """Start, community, day; what `days` no longer has is passed over."""

    def expect(self, key: int, day: int, start: int) -> None:
        """Look at a community when `day` begins, which is at `start`."""
        days = self.days.setdefault(key, {})
        if days.get(day) != start:
            days[day] = start
            heappush(self._queue, (start, key, day))
            self._settle()

    def due(self, log_time: int) -> list[int]:
        """The communities to be looked at by a log time."""
        if self.next_due > log_time:
            return []
        return [key for key, days in self.days.items() if min(days.values()) <= log_time]

    def drop(self, key: int) -> list[int]:
        """Forget a community's timers; their days."""
        days = list(self.days.pop(key))
        self._settle()
        return days

    def take(self) -> tuple[int, int, int]:
        """Take the earliest off: its start, community and day."""
        start, key, day = heappop(self._queue)
        del self.days[key][day]
        if not self.days[key]:
            del self.days[key]
        self._settle()
        return start, key, day

    def _settle(self) -> None:
        queue = self._queue
        while queue and self.days.get(queue[0][1], {}).get(queue[0][2]) != queue[0][0]:
            heappop(queue)
        self.next_due = queue[0][0] if queue else NEVER


class Began(NamedTuple):
    """A local day that began: when, and the position of the record that showed it."""

    day: int
    at: int
    offset: int
    numbers: Counter[int]
    """Those of the community; see `Numbers`."""
    zone: ZoneInfo


def look_again(tenant: Tenant, bound: Bound, today: int) -> set[int]:
    """After an action on a log time's local day: whom the beginning of a day may take something,
    and when; `bound` is the policy of now."""
    days = set()
    for member in tenant.falling:
        member.check = today + 1
        tenant.touch(member)
        days.add(member.check)
    for member in tenant.expiring:
        decay.begin(member, bound.decays, today)
        tenant.touch(member)
        following = _next_loss(member)
        if following is not None and (member.check is None or following < member.check):
            member.check = following
            days.add(following)
    tenant.falling.clear()
    tenant.expiring.clear()
    return days


def look(tenant: Tenant, bound: Bound, began: Began, book: Book, outcome: Outcome) -> set[int]:
    """Look at the members that are due on a day; the days on which any is to be looked at again."""
    day, cause = began.day, DayBegan(began.day, -1)
    due = [
        member
        for members in (tenant.members, tenant.old_members)
        for member in members.values()
        if member.check is not None and member.check <= day
    ]
    for member in sorted(due, key=lambda each: each.token):
        loses = _next_loss(member) is not None
        _expire(member, tenant, bound, began, book, outcome)
        _decay(member, tenant, bound, began, book, outcome)
        if bound.falls or not loses:
            climb(bound.ladders, member, (began.at, day), tenant, outcome, cause)
        _settle(member, tenant, bound, began, outcome)
        tenant.falling.clear()
        tenant.expiring.clear()
        member.check = next_check(bound.ladders, member, day)
        tenant.touch(member)
    return {member.check for member in due if member.check is not None}


def _expire(
    member: Member, tenant: Tenant, bound: Bound, began: Began, book: Book, outcome: Outcome
) -> None:
    first = next_expiry(member)
    if first is None or first > began.day:
        return
    book.open(tenant, bound, (began.offset, began.at), windows_of(began.day), NO_CAUSE)
    book.n = FIRST_N + began.numbers[member.token]
    _tell("points.expired", book.expire(member, began.day), member, tenant, began, outcome)


def _decay(
    member: Member, tenant: Tenant, bound: Bound, began: Began, book: Book, outcome: Outcome
) -> None:
    first = decay.next_decay(member)
    if first is None or first > began.day:
        return
    book.open(tenant, bound, (began.offset, began.at), windows_of(began.day), NO_CAUSE)
    book.n = FIRST_N + began.numbers[member.token]
    _tell("points.decayed", book.decay(member, began.day), member, tenant, began, outcome)


def _tell(
    type_: str,
    gone: list[tuple[int, int]],
    member: Member,
    tenant: Tenant,
    began: Began,
    outcome: Outcome,
) -> None:
    began.numbers[member.token] += len(gone)
    for account, amount in gone:
        name = tenant.words.names[account]
        data = {"member": member.token, "account": name, "amount": amount}
        # A late lot may go with a day that has passed before; the position tells them apart.
        of, cause = (f"{name}/{began.offset}", member.token), DayBegan(began.day, began.offset)
        outcome.fact(tenant.key, type_, of, began.at, data, cause)


def _settle(member: Member, tenant: Tenant, bound: Bound, began: Began, outcome: Outcome) -> None:
    cause, at = DayBegan(began.day, began.offset), began.at
    when = Settlement(at, began.day, began.zone, at, tenant, outcome, cause)
    for listener in bound.settling:
        listener.settle(member, when)


def next_check(ladders: list[BoundLadder], member: Member, day: int) -> int | None:
    """The next local day on which time alone may take something of a member."""
    days = [day + 1] if falls(ladders, member) else []
    loss = _next_loss(member)
    return min(days if loss is None else [*days, loss], default=None)


def _next_loss(member: Member) -> int | None:
    """The local day with which the next lot goes, or the next part of what decays."""
    days = (next_expiry(member), decay.next_decay(member))
    return min((day for day in days if day is not None), default=None)


def falls(ladders: list[BoundLadder], member: Member) -> bool:
    """Whether a member stands on a rung that time alone may take away."""
    return any(ladder.falls and member.ranks.get(ladder.word, 0) > 0 for ladder in ladders)
