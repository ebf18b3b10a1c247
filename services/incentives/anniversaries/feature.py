"""Anniversaries in the fold: told as their days begin, from the member's next action on."""

from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

from services.incentives.anniversaries.dates import following, of
from services.incentives.anniversaries.definition import Anniversaries
from services.incentives.content.reach import ACTING
from services.incentives.features import Settlement
from services.incentives.outcome import Outcome
from services.incentives.points.book import Book
from services.incentives.policy.document import Incentives
from services.incentives.scene import Scene
from services.incentives.state import Member, Words
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event
from services.kit.runtime import clock

NAME = "anniversary"
LEAVES = "member.left"
BEGINS = ACTING | {"member.joined"}


class Days:
    """Keeps of a member when the next one is."""

    keeps = NAME

    def __init__(self, asked: Anniversaries | None) -> None:
        self.asked = asked
        self.idle = asked is None

    def types(self) -> tuple[str, ...]:
        return (LEAVES,)

    def hear(self, scene: Scene, tenant: Tenant, _book: Book, _outcome: Outcome) -> None:
        """Who has left has none, until the next own action."""
        if scene.doer is not None and scene.doer.slices.pop(NAME, None) is not None:
            tenant.touch(scene.doer)

    def settle(self, member: Member, now: Settlement) -> None:
        cause, kept = now.cause, member.slices.get(NAME)
        if isinstance(cause, Event):
            if kept is None and cause.member == member.token and cause.type in BEGINS:
                self._expect(member, now)
        elif kept is not None and kept <= now.at:
            del member.slices[NAME]
            now.tenant.touch(member)
            if self.asked is not None:
                _tell(member, self.asked, now)
                self._expect(member, now)

    def _expect(self, member: Member, now: Settlement) -> None:
        if self.asked is None:
            return
        first = clock.local_day(member.since, now.zone)
        day = following(first, clock.local_day(now.seen, now.zone), self.asked)
        if day is not None:
            at = member.slices[NAME] = clock.day_start(day, now.zone)
            now.tenant.touch(member)
            now.outcome.dues.append((at, now.tenant.key, member.token))


def _tell(member: Member, asked: Anniversaries, now: Settlement) -> None:
    tenant, outcome, at = now.tenant, now.outcome, now.at
    for what, count in of(clock.local_day(member.since, now.zone), now.day, asked):
        row = (tenant.key, count, now.cause.offset, member.token, at, what == "years")
        outcome.rows["anniversary"].append(row)
        data: dict[str, object] = {"member": member.token, what: count}
        about = (f"{what}/{count}", member.token)
        outcome.fact(tenant.key, "member.anniversary", about, at, data, now.cause)


class AnniversariesFeature:
    """The feature."""

    name = "anniversaries"
    tables = Path(__file__).with_name("schema.sql")
    columns: ClassVar = {"anniversary": ("community", "number", "offset", "member", "at", "yearly")}

    def bind(self, policy: Incentives, _words: Words) -> Iterator[Days]:
        yield Days(policy.anniversaries)


FEATURE = AnniversariesFeature()
