"""A ladder as the fold uses it: which rung a member stands on. Pure."""

from bisect import bisect_right
from collections.abc import Mapping

from services.incentives.levels.definition import ActiveDays, Count, Ladder
from services.incentives.rewards.definition import Reward
from services.incentives.scene import counter
from services.incentives.state import Member, Words

HIGHEST = 2**62
"""Above all that an account can hold."""


class BoundLadder:
    """A ladder of one policy version, its names as words. Ranks here count from 0."""

    __slots__ = (
        "account",
        "earned",
        "falls",
        "grace",
        "grants",
        "levels",
        "name",
        "steps",
        "word",
        "words",
    )

    def __init__(
        self, name: str, ladder: Ladder, words: Words, rewards: Mapping[str, Reward]
    ) -> None:
        self.name = name
        self.word = words[f"ladder:{name}"]
        self.account = words[ladder.account]
        self.earned = ladder.measure == "earned"
        self.falls = ladder.demotion != "never"
        self.grace = ladder.grace_days if ladder.demotion == "grace" else 0
        self.levels = ladder.levels
        self.grants = [[(name, rewards[name]) for name in each.grants] for each in ladder.levels]
        self.steps = [level.at_least for level in ladder.levels]
        self.words = words

    def value(self, member: Member) -> int:
        """What the rungs' `at_least` is compared with."""
        balance = member.accounts.get(self.account)
        if balance is None:
            return 0
        return balance.earned if self.earned else balance.balance

    def gate(self, member: Member) -> int:
        """The value below which a member stays on its rung, where accounts alone decide."""
        following = member.ranks.get(self.word, 0) + 1
        return self.steps[following] if following < len(self.steps) else HIGHEST

    def rank(self, member: Member, day: int) -> int:
        """The rung of a member on a local day: the highest whose demands all hold."""
        now = member.ranks.get(self.word, 0)
        value, steps = self.value(member), self.steps
        if not self.falls and (now + 1 >= len(steps) or value < steps[now + 1]):
            return min(now, len(steps) - 1)
        reached = max(bisect_right(steps, value) - 1, 0)
        lowest = 0 if self.falls else now
        for rank in range(reached, lowest, -1):
            if all(self._met(need, member, day) for need in self.levels[rank].needs):
                return rank
        return lowest

    def may_fall(self, member: Member, day: int) -> bool:
        """Whether a level that no longer holds is lost today; notes since when it does not."""
        since = member.failing.setdefault(self.word, day)
        return day - since >= self.grace

    def _met(self, need: Count | ActiveDays, member: Member, day: int) -> bool:
        wanted = need.active_days if isinstance(need, ActiveDays) else need.at_least
        return have(need, member, day, self.words) >= wanted


def have(need: Count | ActiveDays, member: Member, day: int, words: Words) -> int:
    """How much of what a level needs a member has on a local day."""
    if isinstance(need, ActiveDays):
        return member.active_days() if need.days is None else member.days_since(day - need.days)
    word = words.ids.get(counter(need.count, need.kind, need.received), 0)
    if need.days is None:
        return member.counts.get(word, 0)
    daily = member.daily.get(word, {})
    day = max(day, max(daily, default=day))  # done to it, maybe, on days without a deed of its own
    return sum(count for on, count in daily.items() if day - need.days < on)
