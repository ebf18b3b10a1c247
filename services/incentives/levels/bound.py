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
        "days",
        "earned",
        "falls",
        "gained",
        "grace",
        "grants",
        "levels",
        "name",
        "soft",
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
        self.days = ladder.days
        """Only what was gained in the last so many counts; None: what there is."""
        self.gained = words[f"gained:{ladder.account}"] if ladder.days else 0
        self.falls = ladder.demotion != "never"
        self.grace = ladder.grace_days if ladder.demotion == "grace" else 0
        self.soft = ladder.soft_landing_days
        self.levels = ladder.levels
        self.grants = [[(name, rewards[name]) for name in each.grants] for each in ladder.levels]
        self.steps = [level.at_least for level in ladder.levels]
        self.words = words

    def value(self, member: Member, day: int) -> int:
        """What the rungs' `at_least` is compared with on a local day."""
        if self.days is not None:
            return in_window(member, self.gained, self.days, day)
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
        value, steps = self.value(member, day), self.steps
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

    def landing(self, before: int, after: int) -> int:
        """Where a fall ends: one rung down where it is soft, else where the demands hold."""
        return after if self.soft is None else max(after, min(before, len(self.steps)) - 1)

    def landed(self, member: Member, day: int) -> None:
        """After a fall: a soft one is followed by no other for its days."""
        member.failing.pop(self.word, None)
        if self.soft is not None:
            # The grace that a fall waits for counts from a day that is still to come.
            member.failing[self.word] = day + self.soft - self.grace

    def holds(self, member: Member, day: int) -> None:
        """The demands of the member's rung hold today; what a soft fall promised stays."""
        if self.soft is None or member.failing.get(self.word, day) <= day:
            member.failing.pop(self.word, None)

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
    return in_window(member, word, need.days, day)


def in_window(member: Member, word: int, days: int, day: int) -> int:
    """What was counted of a word in the last days, as of a local day."""
    daily = member.daily.get(word, {})
    day = max(day, max(daily, default=day))  # done to it, maybe, on days without a deed of its own
    return sum(count for on, count in daily.items() if day - days < on)
