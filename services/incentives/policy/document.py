"""The sections of a policy that say what members earn, as one model.

Each feature keeps the models of its own section; here they meet, so that what a section names
in another (an account, a rule) is checked.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from services.incentives.badges.definition import AnyBadge
from services.incentives.boards.definition import Board
from services.incentives.guards.definition import Guards
from services.incentives.levels.definition import PLACED, Ladder
from services.incentives.points.accounts import Account
from services.incentives.points.caps import Cap
from services.incentives.points.rules import Rule
from services.incentives.preview.gate import Gate
from services.incentives.quests.definition import Quest, circle
from services.incentives.referrals.definition import Referral
from services.incentives.rewards.definition import Reward
from services.incentives.streaks.definition import Streak

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
    referrals: dict[Name, Referral] = Field(
        default_factory=dict, description="What invited members bring those who invited them."
    )
    boards: dict[Name, Board] = Field(default_factory=dict, description="Ranked lists.")
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

    def _dangling(self) -> Iterator[str]:
        rules = [rule.name for rule in self.points]
        yield from (f"two rules are named {name}" for name in _twice(rules))
        yield from (f"two caps are named {name}" for name in _twice([c.name for c in self.caps]))
        if (way := circle(self.quests)) is not None:
            yield f"quests wait for each other: {' after '.join(way)}"
        yield from (missing.words() for missing in self.missing())

    def missing(self) -> Iterator["Missing"]:
        """What is named and is not there."""
        there = {name: list(getattr(self, name)) for name in _NAMED}
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
            yield from ((f"badge {name}", *named) for named in badge.names())
        for name, streak in self.streaks.items():
            yield from ((f"streak {name}", "accounts", each) for each in streak.accounts())
        things: dict[str, Mapping[Name, Any]] = {
            "ladder": self.ladders,
            "quest": self.quests,
            "referral": self.referrals,
        }
        for kind, each in things.items():
            for name, thing in each.items():
                yield from ((f"{kind} {name}", *named) for named in thing.names())
        for name, board in self.boards.items():
            yield f"board {name}", "accounts", board.account


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


_TAKING = frozenset({"cap", "guards", "ladder", "reward", "badge", "board"})
"""What names an account and gives nothing of it."""
_NAMED = ("accounts", "streaks", "rewards", "quests", "badges", "ladders")


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


SECTIONS = frozenset(Incentives.model_fields)


def sections(document: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a whole policy document that is about what members earn."""
    return {name: value for name, value in document.items() if name in SECTIONS}


def compile_policy(document: Mapping[str, Any]) -> Incentives:
    """What this service makes of a whole policy. Raises pydantic's ValidationError."""
    return Incentives.model_validate(sections(document))
