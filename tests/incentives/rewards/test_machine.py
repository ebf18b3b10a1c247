"""Whatever is earned, taken back, redeemed, called off or expires: nothing is overspent.

A state machine over a community in memory. What is redeemed is decided by the same rules as at
the desk; and beside the balance stands a plain account of it, made of nothing but sums.
"""

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.incentives.engine import bound_at
from services.incentives.levels.passing import Began, look
from services.incentives.points.lots import lots_of, next_expiry, owed
from services.incentives.points.original import Why
from services.incentives.policy.rehearsal import Rehearsal
from services.incentives.rewards.redemption import State
from services.kit.runtime import clock
from tests.support.depth import examples

STOCK, PRICE = 3, 7
POLICY: dict[str, Any] = {
    "accounts": {"points": {"expires": {"after_days": 5}}},
    "points": [
        {"name": "post", "on": "post.created", "doer": {"points": 5}},
        {"name": "minus", "on": "post.shared", "doer": {"points": -3}},
    ],
    "rewards": {
        "mug": {"cost": {"points": PRICE}, "stock": STOCK},
        "sticker": {"cost": {"points": 2}, "per_member": 2},
    },
}
NAMES = ["ann", "bob"]
who = st.sampled_from(NAMES)


class Shop(RuleBasedStateMachine):
    """Two members, two rewards, and days that go by."""

    @initialize()
    def open(self) -> None:
        self.played = Rehearsal(POLICY, "UTC")
        self.day, self.posts, self.asked = 10, 0, 0

    def act(self, type_: str, member: str | None, **data: Any) -> None:
        at = clock.rfc3339(self.day * clock.DAY + clock.HOUR)
        self.played.play([{"type": type_, "member": member, "time": at, "data": data}])

    @rule(member=who)
    def earn(self, member: str) -> None:
        self.posts += 1
        self.act("post.created", member, post=f"p{self.posts}")

    @rule(number=st.integers(1, 6), restored=st.booleans())
    def remove(self, number: int, restored: bool) -> None:
        self.act("post.restored" if restored else "post.removed", None, post=f"p{number}")

    @rule(member=who)
    def lose(self, member: str) -> None:
        self.act("post.shared", member, post="x")

    @rule(member=who, reward=st.sampled_from(["mug", "sticker"]))
    def redeem(self, member: str, reward: str) -> None:
        before = self.balance(member)
        known = len(self.played.tenant.shelf.redemptions)
        self.asked += 1
        self.act("reward.redeemed", member, reward=reward, redemption=f"r{self.asked}")
        if len(self.played.tenant.shelf.redemptions) > known:
            assert 0 <= self.balance(member) < before

    @rule(number=st.integers(1, 6), order=st.sampled_from(["cancelled", "fulfilled"]))
    def order(self, number: int, order: str) -> None:
        self.act(f"reward.{order}", None, redemption=f"r{number}")

    @rule(days=st.integers(1, 3))
    def pass_days(self, days: int) -> None:
        for _ in range(days):
            self.day += 1
            tenant, engine = self.played.tenant, self.played.engine
            for member in tenant.members.values():
                member.check = next_expiry(member)
            at = self.day * clock.DAY
            began = Began(self.day, at, 0, Counter(), ZoneInfo("UTC"))
            bound = bound_at(at, tenant, self.played.community)
            look(tenant, bound, began, engine.book, engine.outcome)
        for member in tenant.members.values():
            lots = lots_of(member, tenant.words.ids["points"])
            assert all(day > self.day for day, _ in lots)

    def balance(self, name: str) -> int:
        return self.played.standing(name).accounts.get("points", 0)

    @invariant()
    def balances_hold(self) -> None:
        if not hasattr(self, "played"):
            return
        tenant, sums = self.played.tenant, Counter[int]()
        owing = Counter[int]()
        for entry in self.played.engine.book.entries:
            sums[entry[4]] += entry[7]  # type: ignore[index, operator]
        for redemption in tenant.shelf.redemptions.values():
            if redemption.state is not State.CANCELLED:
                owing[redemption.member] += sum(cost for _, cost, _ in redemption.paid)
        for member in tenant.members.values():
            account = tenant.words.ids["points"]
            found = member.accounts.get(account)
            balance = 0 if found is None else found.balance
            lots = [size for _, size in lots_of(member, account)]
            assert balance == sums[member.token]
            assert owed(member, account) == owing[member.token]
            assert balance >= -owing[member.token]
            assert sum(lots) == max(0, balance)
            assert all(size > 0 for size in lots)

    @invariant()
    def stock_holds(self) -> None:
        if not hasattr(self, "played"):
            return
        shelf, word = self.played.tenant.shelf, self.played.tenant.words.ids.get("reward:mug", 0)
        out = [
            each
            for each in shelf.redemptions.values()
            if each.reward == word and each.state is not State.CANCELLED
        ]
        assert shelf.taken.get(word, 0) == len(out) <= STOCK
        whys = {entry[11] for entry in self.played.engine.book.entries}
        assert whys <= set(Why)


Shop.TestCase.settings = settings(max_examples=examples(100), stateful_step_count=40, deadline=None)
TestShop = Shop.TestCase
