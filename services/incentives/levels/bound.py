"""A ladder as the fold uses it: which rung a member stands on. Pure."""

from bisect import bisect_right
from collections.abc import Mapping

from services.incentives.levels.daily import summed
from services.incentives.levels.definition import Ladder
from services.incentives.levels.need import Ground
from services.incentives.rewards.definition import Reward
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
        "score",
        "soft",
        "steps",
        "word",
    )

    def __init__(
        self, name: str, ladder: Ladder, words: Words, rewards: Mapping[str, Reward]
    ) -> None:
        self.name = name
        self.word = words[f"ladder:{name}"]
        self.account = 0 if ladder.score else words[ladder.account]
        self.earned = ladder.measure == "earned"
        self.days = ladder.days
        """Only what was gained in the last so many counts; None: what there is."""
        self.gained = words[f"gained:{ladder.account}"] if ladder.days else 0
        self.score = ladder.score
        self.falls = ladder.demotion != "never"
        self.grace = ladder.grace_days if ladder.demotion == "grace" else 0
        self.soft = ladder.soft_landing_days
        self.levels = ladder.levels
        self.grants = [[(name, rewards[name]) for name in each.grants] for each in ladder.levels]
        self.steps = [level.at_least for level in ladder.levels]

    def value(self, ground: Ground) -> int:
        """What the rungs' `at_least` is compared with on a local day."""
        if self.score is not None:
            return self.score.value(ground)
        member = ground.member
        if self.days is not None:
            return summed(member.daily.get(self.gained, {}), ground.day, self.days)
        balance = member.accounts.get(self.account)
        if balance is None:
            return 0
        return balance.earned if self.earned else balance.balance

    def gate(self, member: Member) -> int:
        """The value below which a member stays on its rung, where accounts alone decide."""
        following = member.ranks.get(self.word, 0) + 1
        return self.steps[following] if following < len(self.steps) else HIGHEST

    def rank(self, ground: Ground) -> int:
        """The rung of a member on a local day: the highest whose demands all hold."""
        now = ground.member.ranks.get(self.word, 0)
        value, steps = self.value(ground), self.steps
        if not self.falls and (now + 1 >= len(steps) or value < steps[now + 1]):
            return min(now, len(steps) - 1)
        reached = max(bisect_right(steps, value) - 1, 0)
        lowest = self._kept(now) if self.falls else now
        for rank in range(reached, lowest, -1):
            level = self.levels[rank]
            share = level.loses_below if rank == now else 1
            if all(need.met(ground, share) for need in level.needs):
                return rank
        return lowest

    def _kept(self, now: int) -> int:
        """The highest rung, up to the present one, that nobody falls below."""
        rungs = range(min(now, len(self.levels) - 1), 0, -1)
        return next((rank for rank in rungs if self.levels[rank].kept), 0)

    def may_fall(self, member: Member, day: int) -> bool:
        """Whether a level that no longer holds is lost today; notes since when it does not."""
        if day < member.slices.get("levels", {}).get(self.word, day):
            return False
        since = member.failing.setdefault(self.word, day)
        return day - since >= self.grace

    def reached(self, member: Member, rank: int, day: int) -> None:
        """Note until when a rung that was reached is held in any case."""
        held = self.levels[rank].held_days
        if held:
            member.slices.setdefault("levels", {})[self.word] = day + held
        elif self.word in member.slices.get("levels", ()):
            del member.slices["levels"][self.word]

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
