"""Terms in the fold: planned, begun and ended, by an appointment, by its end, by time."""

from collections.abc import Iterator
from enum import IntEnum
from pathlib import Path
from typing import Any, ClassVar

from services.incentives.features import Moment
from services.incentives.members.roles import APPOINTS, ENDS, FOR_EVER, RoleChange, role_change
from services.incentives.outcome import Cause, Outcome
from services.incentives.points.book import Book
from services.incentives.policy.document import Incentives
from services.incentives.scene import Scene
from services.incentives.state import Member, Words
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event
from services.kit.runtime import clock

NAME = "terms"
LEAVES = "member.left"
PLANNED, BEGAN, ENDED = range(3)
MOST = 50
"""Terms of a member that are open or planned at once; an appointment beyond is a role alone."""


class Why(IntEnum):
    """Why a term has ended."""

    NOT = 0
    OVER = 1
    GIVEN_BACK = 2
    REPLACED = 3
    LEFT = 4


class Desk:
    """Works on a member's terms at one moment.

    Of a member are kept [how many terms there were, by number [state, role, begins, ends, space]
    of those that are planned or open].
    """

    def __init__(self, member: Member, tenant: Tenant, outcome: Outcome, cause: Cause) -> None:
        self.member, self.tenant, self.outcome, self.cause = member, tenant, outcome, cause

    @property
    def kept(self) -> dict[int, list[Any]]:
        """The terms that are planned or open, by number."""
        found: list[Any] = self.member.slices.get(NAME, [0, {}])
        return dict(found[1])

    def plan(self, role: str, begins: int, ends: int, space: str | None, at: int) -> None:
        """A term that begins later, or now."""
        kept = self.member.slices.setdefault(NAME, [0, {}])
        kept[0] += 1
        term = kept[1][kept[0]] = [PLANNED, role, begins, ends, space]
        if begins > at:
            self._enter(kept[0], term, at)
            self._wait(begins)
        else:
            self.begin(kept[0], at, said=True)
            if ends <= at:
                self.end(kept[0], at, Why.OVER)

    def begin(self, n: int, at: int, *, said: bool = False) -> None:
        """The term begins; unless an action has just `said` so the role is taken now."""
        term = self.member.slices[NAME][1][n]
        term[0], (role, _, ends, space) = BEGAN, term[1:]
        if not said:
            self._hold(role, ends, at)
        self._enter(n, term, at)
        if at < ends < FOR_EVER:
            self._wait(ends)
        until = None if ends == FOR_EVER else clock.rfc3339(ends)
        self._tell("role.term_began", n, role, space, at, {"until": until})

    def end(self, n: int, at: int, why: Why) -> None:
        """The term ends, or never begins."""
        term = self.member.slices[NAME][1].pop(n)
        began = term[0] == BEGAN
        term[0], term[3] = ENDED, max(term[2], min(term[3], at))
        self._enter(n, term, at, why)
        if began:
            because = {"because": why.name.lower()}
            self._tell("role.term_ended", n, term[1], term[4], at, because)

    def lay_down(self, role: str, at: int) -> None:
        """The role is no longer held."""
        self._hold(role, 0, at)

    def _hold(self, role: str, until: int, at: int) -> None:
        self.member.roles[role] = until
        place = (self.tenant.key, self.cause.offset, self.member.token, at)
        self.outcome.roles.append((*place, until, role))

    def _wait(self, until: int) -> None:
        self.outcome.dues.append((until, self.tenant.key, self.member.token))

    def _enter(self, n: int, term: list[Any], at: int, why: Why = Why.NOT) -> None:
        self.tenant.touch(self.member)
        state, role, begins, ends, space = term
        by_time, offset = not isinstance(self.cause, Event), self.cause.offset
        row = (self.tenant.key, n, state, why, offset, self.member.token, at, begins, ends)
        self.outcome.rows["term"].append((*row, role, space, by_time))

    def _tell(
        self, type_: str, n: int, role: str, space: str | None, at: int, more: dict[str, Any]
    ) -> None:
        data = {"member": self.member.token, "role": role, "term": n, **more}
        if space is not None:
            data["space"] = space
        of = (f"{role}/{n}", self.member.token)
        self.outcome.fact(self.tenant.key, type_, of, at, data, self.cause)


class Terms:
    """Hears of appointments: of the policy's roles, and of any whose term is planned."""

    def __init__(self, policy: Incentives) -> None:
        self.days = {name: role.days for name, role in policy.roles.items()}

    def types(self) -> tuple[str, ...]:
        return (*sorted(APPOINTS), ENDS, LEAVES)

    def hear(self, scene: Scene, tenant: Tenant, _book: Book, outcome: Outcome) -> None:
        member, event = scene.doer, scene.event
        if member is None:
            return
        desk = Desk(member, tenant, outcome, event)
        if event.type == LEAVES:
            _leave(desk, event.time)
        elif (change := role_change(event, self.days)) is not None:
            self._follow(change, desk, event)

    def _follow(self, change: RoleChange, desk: Desk, event: Event) -> None:
        at, now = event.time, change.since <= event.time
        ends = event.type == ENDS
        for n, term in desk.kept.items():
            if term[1] == change.role and (ends or (now and term[0] == BEGAN)):
                desk.end(n, at, Why.GIVEN_BACK if ends else Why.REPLACED)
        wanted = change.role in self.days or not now
        if not ends and wanted and change.since < change.until and len(desk.kept) < MOST:
            desk.plan(change.role, change.since, change.until, event.space, at)


def _leave(desk: Desk, at: int) -> None:
    for n, term in desk.kept.items():
        if term[0] == BEGAN:
            desk.lay_down(term[1], at)
        desk.end(n, at, Why.LEFT)


class TermsFeature:
    """The feature."""

    name = NAME
    tables = Path(__file__).with_name("schema.sql")
    columns: ClassVar = {
        "term": (
            "community", "n", "what", "why", "offset", "member", "at", "begins", "ends", "role",
            "space", "by_time",
        )
    }  # fmt: skip

    def bind(self, policy: Incentives, _words: Words) -> Iterator[Terms]:
        yield Terms(policy)

    def due(self, member: Member, moment: Moment) -> None:
        """Terms begin and end by log time."""
        desk = Desk(member, moment.tenant, moment.outcome, moment.cause)
        for n, (state, role, begins, _, _) in desk.kept.items():
            if state == PLANNED and begins <= moment.at:
                for other, term in desk.kept.items():
                    if term[0] == BEGAN and term[1] == role:
                        desk.end(other, moment.at, Why.REPLACED)
                desk.begin(n, moment.at)
        for n, term in desk.kept.items():
            if term[0] == BEGAN and term[3] <= moment.at:
                desk.end(n, moment.at, Why.OVER)


FEATURE = TermsFeature()
