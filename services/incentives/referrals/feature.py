"""Referrals in the fold: who invited whom, and what an action brings along the chain."""

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import ClassVar

from services.incentives.features import Listener
from services.incentives.outcome import Outcome
from services.incentives.points.ask import Ask
from services.incentives.points.book import Book
from services.incentives.policy.bind import share
from services.incentives.policy.document import Incentives
from services.incentives.referrals.chain import INVITED, invited, inviters
from services.incentives.referrals.definition import Referral
from services.incentives.scene import Scene, Test, test_of
from services.incentives.state import Member, Words
from services.incentives.tenant import Tenant
from services.kit.runtime import clock


class Invitations:
    """Notes who invited a member: the first who is said to, unless the member invited them."""

    def types(self) -> Iterable[str]:
        return INVITED

    def hear(self, scene: Scene, tenant: Tenant, _book: Book, outcome: Outcome) -> None:
        member, event = scene.doer, scene.event
        by = scene.data.get(INVITED[event.type])
        if member is None or type(by) is not int or invited(member) is not None:
            return
        if member.token in inviters(by, tenant.members):
            return
        member.slices["referrals"] = [by, event.time, []]
        tenant.touch(member)
        row = (tenant.key, event.offset, member.token, by, event.time)
        outcome.rows["referral"].append(row)
        data: dict[str, object] = {"member": member.token, "inviter": by}
        of = ("referral", member.token)
        outcome.fact(tenant.key, "member.referred", of, event.time, data, event)


class BoundReferral:
    """A referral of a policy version."""

    __slots__ = ("referral", "steps", "tests", "word")

    def __init__(self, name: str, referral: Referral, words: Words) -> None:
        self.referral = referral
        self.word = words[f"referral:{name}"]
        self.tests: tuple[Test, ...] = tuple(test_of(*item) for item in referral.when.items())
        self.steps = [
            [
                (words[account], amount if isinstance(amount, int) else share(amount))
                for account, amount in step.items()
            ]
            for step in referral.gives
        ]

    def types(self) -> Iterable[str]:
        return self.referral.types()

    def hear(self, scene: Scene, tenant: Tenant, book: Book, outcome: Outcome) -> None:
        member = scene.doer
        if member is None or not all(test(scene) for test in self.tests):
            return
        asks: list[Ask] = [
            (tenant.members[token], self.word, account, asked, (), False, "referrer")
            for token, gifts in zip(self._chain(member, scene, tenant), self.steps, strict=False)
            for account, amount in gifts
            if (asked := amount if isinstance(amount, int) else amount(scene.data)) > 0
        ]
        if asks:
            self._give(asks, member, scene, book, outcome)

    def _give(
        self, asks: list[Ask], member: Member, scene: Scene, book: Book, outcome: Outcome
    ) -> None:
        mine = member.slices.get("referrals")
        if self.referral.once and mine is not None:
            if self.word in mine[2]:
                return
            mine[2].append(self.word)
            book.tenant.touch(member)
        for ask in asks:
            book.meet(ask[0])
        guards = book.bound.guards
        if guards is not None:
            asks = guards.screen(asks, scene, None, book, outcome)
        for receiver, rule, account, amount, caps, _, _ in asks:
            book.give(receiver, rule, account, amount, caps)

    def _chain(self, member: Member, scene: Scene, tenant: Tenant) -> Iterator[int]:
        referrer = scene.data.get("referrer") if self.referral.begins == "referrer" else None
        mine, days = invited(member), self.referral.days
        if type(referrer) is not int:
            late = days is not None and mine and scene.event.time - mine.at > days * clock.DAY
            referrer = None if mine is None or late else mine.by
        chain = (token for token in inviters(referrer, tenant.members) if token != member.token)
        return islice(chain, len(self.steps))


class Referrals:
    """The feature."""

    name = "referrals"
    tables = Path(__file__).with_name("schema.sql")
    columns: ClassVar = {"referral": ("community", "offset", "member", "inviter", "at")}

    def bind(self, policy: Incentives, words: Words) -> Iterator[Listener]:
        if policy.referrals:
            yield Invitations()
        for name, referral in policy.referrals.items():
            yield BoundReferral(name, referral, words)


FEATURE = Referrals()
