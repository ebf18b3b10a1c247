"""The sections of a policy that say what members earn, as one model.

Each feature keeps the models of its own section; here they meet, so that what a section names
in another (an account, a rule) is checked.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from services.incentives.anniversaries.definition import Anniversaries
from services.incentives.badges.definition import AnyBadge
from services.incentives.boards.definition import Board
from services.incentives.guards.definition import Guards
from services.incentives.keywords.definition import Keyword
from services.incentives.levels.definition import PLACED, Ladder
from services.incentives.levels.need import Need
from services.incentives.points.accounts import Account
from services.incentives.points.caps import Cap
from services.incentives.points.rules import Rule
from services.incentives.preview.gate import Gate
from services.incentives.quests.definition import Quest, circle
from services.incentives.referrals.definition import Referral
from services.incentives.rewards.definition import Reward
from services.incentives.segments.definition import Segment
from services.incentives.spaces.definition import Space, misplaced
from services.incentives.stars.definition import Star
from services.incentives.streaks.definition import Streak
from services.incentives.superusers.definition import SuperUsers
from services.incentives.terms.definition import Role
from services.incentives.tiers.definition import Tiers

Name = str


class Incentives(BaseModel):
    """What members earn: accounts and the rules that fill them, ladders, badges, boards."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    accounts: dict[Name, Account] = Field(
        default_factory=lambda: {"points": Account(), "growth": Account()},
        description="The numbers a member has. `points` can be spent, `growth` lifts the level.",
    )
    points: tuple[Rule, ...] = Field(default=(), description="Which action earns what.")
    caps: tuple[Cap, ...] = Field(default=(), description="Limits over groups of rules.")
    guards: Guards | None = Field(
        default=None, description="What keeps members from paying themselves or each other."
    )
    ladders: dict[Name, Ladder] = Field(default_factory=dict, description="Ordered levels.")
    badges: dict[Name, AnyBadge] = Field(default_factory=dict, description="What earns an honour.")
    streaks: dict[Name, Streak] = Field(
        default_factory=dict, description="What is done day after day, or week after week."
    )
    rewards: dict[Name, Reward] = Field(
        default_factory=dict, description="What members get for what they have earned."
    )
    quests: dict[Name, Quest] = Field(
        default_factory=dict, description="Steps to be taken for a reward."
    )
    spaces: dict[Name, Space] = Field(
        default_factory=dict,
        description="Graded spaces: who may enter which.",
    )
    roles: dict[Name, Role] = Field(
        default_factory=dict, description="Roles with a term, whose terms are kept."
    )
    segments: dict[Name, Segment] = Field(
        default_factory=dict, description="Members to whom conditions apply, to be listed."
    )
    keywords: dict[Name, Keyword] = Field(
        default_factory=dict, description="Words in what members write that bots are told of."
    )
    anniversaries: Anniversaries | None = Field(
        default=None, description="Which anniversaries of members bots are told of."
    )
    super_users: SuperUsers | None = Field(
        default=None, description="Who spends and who is heard, and programmes for them."
    )
    referrals: dict[Name, Referral] = Field(
        default_factory=dict, description="What invited members bring those who invited them."
    )
    boards: dict[Name, Board] = Field(default_factory=dict, description="Ranked lists.")
    stars: dict[Name, Star] = Field(
        default_factory=dict, description="Who is at the top when a week or a month closes."
    )
    tiers: Tiers | None = Field(
        default=None, description="How members stand in the community, judged as each day closes."
    )
    gate: Gate | None = Field(
        default=None, description="What a policy that is to follow this one has to pass."
    )

    @property
    def refills(self) -> bool:
        """Whether a reversal may grant what a cap had cut."""
        return any(cap.refill for cap in self.caps)

    @model_validator(mode="after")
    def _names_exist(self, info: ValidationInfo) -> "Incentives":
        problems = [] if info.context == PLACED else list(self._dangling())
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def needs(self) -> Iterator[Need]:
        """All that ladders and graded spaces have counted."""
        for ladder in self.ladders.values():
            yield from ladder.needs()
        for space in self.spaces.values():
            yield from space.needs

    def unspendable(self) -> Iterator[tuple[str, str]]:
        """Rewards, each with an account of its cost that cannot be spent."""
        for name, reward in self.rewards.items():
            for each in reward.cost:
                if each in self.accounts and not self.accounts[each].spendable:
                    yield name, each

    def _dangling(self) -> Iterator[str]:
        rules = [rule.name for rule in self.points]
        yield from (f"two rules are named {name}" for name in _twice(rules))
        yield from (f"two caps are named {name}" for name in _twice([c.name for c in self.caps]))
        if (way := circle(self.quests)) is not None:
            yield f"quests wait for each other: {' after '.join(way)}"
        for name, wrong in misplaced(self.spaces, self.ladders):
            yield f"space {name} {wrong}"
        for name, account in self.unspendable():
            yield f"reward {name} costs {account}, which is not spendable"
        yield from (missing.words() for missing in self.missing())

    def missing(self) -> Iterator["Missing"]:
        """What is named and is not there."""
        there = {name: list(getattr(self, name)) for name in _NAMED}
        # Every account is a board too.
        there["boards"] += [name for name in self.accounts if name not in self.boards]
        there["rules"] = [rule.name for rule in self.points]
        for where, section, name in self._named():
            if name not in there[section]:
                yield Missing(where, section, name, there[section])

    def fed(self) -> set[str]:
        """The accounts that somebody can come to have something of."""
        given = (
            name
            for where, section, name in self._named()
            if section == "accounts" and where.partition(" ")[0] not in _TAKING
        )
        return {*given, *(name for name, each in self.accounts.items() if each.start > 0)}

    def _named(self) -> Iterator[tuple[str, str, str]]:
        """What names something elsewhere in the policy: where, the section, and the name."""
        for rule in self.points:
            yield from ((f"rule {rule.name}", "accounts", each) for each in rule.accounts())
        for cap in self.caps:
            yield f"cap {cap.name}", "accounts", cap.account
            yield from ((f"cap {cap.name}", "rules", each) for each in (*cap.rules, *cap.exempt))
        if self.guards is not None:
            yield from (("guards", "rules", each) for each in self.guards.rules())
            yield from (("guards", "accounts", each) for each in self.guards.accounts())
        for name, reward in self.rewards.items():
            yield from ((f"reward {name}", "accounts", each) for each in reward.cost)
        for name, badge in self.badges.items():
            yield from ((f"badge {name}", "rewards", each) for each in badge.grants)
        for name, streak in self.streaks.items():
            yield from ((f"streak {name}", "accounts", each) for each in streak.accounts())
        for section in ("ladders", "badges", "quests", "spaces", "stars", "segments", "referrals"):
            yield from _named_in(section, getattr(self, section))
        for name, board in self.boards.items():
            yield f"board {name}", "accounts", board.account


def _named_in(section: str, each: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, one in each.items():
        yield from ((f"{section[:-1]} {name}", *named) for named in one.names())


class Missing(NamedTuple):
    """A name of nothing: `where` it is named, the section it should be in, what is there."""

    where: str
    section: str
    name: str
    there: list[str]

    def words(self) -> str:
        """What is wrong, and what would do."""
        allowed = ", ".join(self.there) or "none"
        told = f"{self.where} names the {self.section[:-1]} {self.name}; there are {allowed}"
        close = get_close_matches(self.name, self.there, 1)
        return f"{told}; did you mean {close[0]}?" if close else told


_TAKING = frozenset({"cap", "guards", "ladder", "reward", "badge", "board", "segment"})
"""What names an account and gives nothing of it."""
_NAMED = ("accounts", "streaks", "rewards", "quests", "badges", "ladders", "boards", "spaces")


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


SECTIONS = frozenset(Incentives.model_fields)


def sections(document: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a whole policy document that is about what members earn."""
    return {name: value for name, value in document.items() if name in SECTIONS}


def compile_policy(document: Mapping[str, Any]) -> Incentives:
    """What this service makes of a whole policy. Raises pydantic's ValidationError."""
    return Incentives.model_validate(sections(document))
