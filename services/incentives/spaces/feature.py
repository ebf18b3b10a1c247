"""Graded spaces in the fold: access is granted and revoked as a member becomes something else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from services.incentives.content.reach import ACTING
from services.incentives.features import Settlement
from services.incentives.levels.need import Ground
from services.incentives.outcome import Outcome
from services.incentives.points.book import Book
from services.incentives.policy.document import Incentives
from services.incentives.scene import Scene
from services.incentives.spaces.definition import ordered
from services.incentives.spaces.judging import BoundSpace, Why
from services.incentives.state import Member, Words
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event
from services.kit.projection.definition import NEVER
from services.kit.runtime import clock

NAME = "spaces"
LEAVES = "member.left"
RETURNS = ACTING | {"member.joined"}


class Grades:
    """All grades of a policy version.

    Of a member they keep [by grade: [held, since when, number of the last change], whether the
    member has left, when time alone is looked at next].
    """

    keeps = NAME

    def __init__(self, policy: Incentives, words: Words) -> None:
        self.spaces = [BoundSpace(name, policy, words) for name in ordered(policy.spaces)]
        self.idle = not policy.spaces

    def types(self) -> tuple[str, ...]:
        return (LEAVES,)

    def hear(self, scene: Scene, tenant: Tenant, _book: Book, _outcome: Outcome) -> None:
        """Who has left has no access, whatever others still do to what was written."""
        if scene.doer is not None and (self.spaces or NAME in scene.doer.slices):
            _kept(scene.doer)[1] = 1
            tenant.touch(scene.doer)

    def settle(self, member: Member, now: Settlement) -> None:
        """Grant and revoke what the member's state now says."""
        kept = member.slices.get(NAME)
        if kept is None and self.idle:
            return
        if kept is not None and kept[1] and _returns(member, now):
            kept[1] = 0
            now.tenant.touch(member)
        held: set[int] = set()
        for bound in self.spaces:
            why = self._judged(bound, member, kept, held, now)
            if why is Why.GRANTED:
                held.add(bound.word)
            if (why is Why.GRANTED) != _holds(kept, bound.word):
                kept = _change(member, bound, why, now)
        if kept is None:
            return
        for word in [word for word, grade in kept[0].items() if grade[0] and word not in held]:
            name = now.tenant.words.names[word].removeprefix("space:")
            _enter(member, (word, name, None), Why.POLICY, now)
        lapses = [bound.lapses(member, now) for bound in self.spaces if bound.word in held]
        _look_again(min(lapses, default=NEVER), member, kept, now)

    def _judged(
        self, bound: BoundSpace, member: Member, kept: Any, held: set[int], now: Settlement
    ) -> Why:
        if kept is not None and kept[1]:
            return Why.LEFT
        holds = _holds(kept, bound.word)
        if holds and bound.kept:
            return Why.GRANTED
        # What is late is judged as of the last change, so that it does not bring the past back.
        at = max(now.at, kept[0][bound.word][1]) if kept and bound.word in kept[0] else now.at
        day = now.day if at == now.at else clock.local_day(at, now.zone)
        tenant = now.tenant
        ground = Ground(member, member.newest(day), at, tenant.words, tenant.totals)
        return bound.missing(ground, held)


def _returns(member: Member, now: Settlement) -> bool:
    cause = now.cause
    return isinstance(cause, Event) and cause.member == member.token and cause.type in RETURNS


def _kept(member: Member) -> list[Any]:
    kept: list[Any] = member.slices.setdefault(NAME, [{}, 0, 0])
    return kept


def _holds(kept: Any, word: int) -> bool:
    return kept is not None and word in kept[0] and bool(kept[0][word][0])


def _change(member: Member, bound: BoundSpace, why: Why, now: Settlement) -> list[Any]:
    _enter(member, (bound.word, bound.name, bound.space.space), why, now)
    return _kept(member)


def _enter(member: Member, about: tuple[int, str, str | None], why: Why, now: Settlement) -> None:
    """Note a change of access and tell; `about` is the grade's word, name and platform's name."""
    word, name, place = about
    grade = _kept(member)[0].setdefault(word, [0, now.at, 0])
    grade[0], grade[1], grade[2] = int(why is Why.GRANTED), max(now.at, grade[1]), grade[2] + 1
    tenant, outcome, cause = now.tenant, now.outcome, now.cause
    tenant.touch(member)
    by_time = not isinstance(cause, Event)
    row = (tenant.key, word, why, grade[2], cause.offset, member.token, grade[1], by_time)
    outcome.rows["access_change"].append(row)
    data = {"member": member.token, "grade": name}
    if place is not None:
        data["space"] = place
    if why is not Why.GRANTED:
        data["because"] = why.name.lower()
    type_ = "space.access_granted" if why is Why.GRANTED else "space.access_revoked"
    outcome.fact(tenant.key, type_, (f"{name}/{grade[2]}", member.token), grade[1], data, cause)


def _look_again(at: int, member: Member, kept: list[Any], now: Settlement) -> None:
    """Have the member looked at by `at`, unless it will be sooner."""
    if at < NEVER and at != kept[2] and (at < kept[2] or kept[2] <= now.seen):
        kept[2] = at
        now.tenant.touch(member)
        now.outcome.dues.append((at, now.tenant.key, member.token))


class Spaces:
    """The feature."""

    name = NAME
    tables = Path(__file__).with_name("schema.sql")
    columns: ClassVar = {
        "access_change": ("community", "grade", "why", "n", "offset", "member", "at", "by_time")
    }

    def bind(self, policy: Incentives, words: Words) -> Iterator[Grades]:
        yield Grades(policy, words)


FEATURE = Spaces()
