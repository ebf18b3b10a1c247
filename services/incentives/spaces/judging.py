"""Which grades a member has come to, and why not to the next. Pure."""

from collections.abc import Collection
from enum import IntEnum

from services.incentives.features import Settlement
from services.incentives.levels.need import Ground
from services.incentives.members.roles import FOR_EVER
from services.incentives.policy.document import Incentives
from services.incentives.state import Member, Words
from services.kit.projection.definition import NEVER
from services.kit.runtime import clock


class Why(IntEnum):
    """Why access is granted, or is not there."""

    GRANTED = 0
    NEEDS = 1
    LEVEL = 2
    BADGES = 3
    ROLE = 4
    AFTER = 5
    LEFT = 6
    POLICY = 7
    """The policy has no such grade any more."""


class BoundSpace:
    """A grade of one policy version, its names as words."""

    __slots__ = ("after", "badges", "kept", "ladder", "name", "rank", "space", "windowed", "word")

    def __init__(self, name: str, policy: Incentives, words: Words) -> None:
        space = policy.spaces[name]
        self.name, self.space, self.word = name, space, words[f"space:{name}"]
        self.after = words[f"space:{space.after}"] if space.after else None
        self.badges = [words[f"badge:{badge}"] for badge in space.badges]
        ladder = space.ladder or next(iter(policy.ladders), "")
        self.ladder, self.rank = words.ids.get(f"ladder:{ladder}", 0), (space.level or 1) - 1
        self.kept = space.revoke == "never"
        self.windowed = any(need.passes() for need in space.needs)

    def lapses(self, member: Member, now: Settlement) -> int:
        """When to look whether time alone has taken it: as the next local day begins where days
        are counted, and when the appointment or a role that is needed ends."""
        if self.kept:
            return NEVER
        tomorrow = NEVER
        if self.windowed:
            day = clock.local_day(now.seen, now.zone) + 1
            tomorrow = clock.day_start(day, now.zone)
        ends = [until for role, until in member.roles.items() if role in self.space.roles]
        ends = [max((end for end in ends if now.at < end < FOR_EVER), default=NEVER)]
        ends += (need.until(member) for need in self.space.needs)
        return min(tomorrow, *(end for end in ends if end > now.at))

    def missing(self, ground: Ground, held: Collection[int]) -> Why:
        """The first demand that does not hold on a ground; `held` are the words of the grades
        below that the member has."""
        space, member = self.space, ground.member
        if self.after is not None and self.after not in held:
            return Why.AFTER
        if member.ranks.get(self.ladder, 0) < self.rank:
            return Why.LEVEL
        if any(badge not in member.badges for badge in self.badges):
            return Why.BADGES
        if space.roles and not set(space.roles) & set(member.roles_at(ground.at)):
            return Why.ROLE
        met = all(need.met(ground) for need in space.needs)
        return Why.GRANTED if met else Why.NEEDS
