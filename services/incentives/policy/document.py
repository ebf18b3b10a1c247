"""The sections of a policy that say what members earn, as one model.

Each feature keeps the models of its own section; here they meet, so that what a section names
in another (an account, a rule) is checked.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.incentives.badges.definition import AnyBadge
from services.incentives.boards.definition import Board
from services.incentives.levels.definition import Ladder
from services.incentives.points.accounts import Account
from services.incentives.points.caps import Cap
from services.incentives.points.rules import Rule

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
    ladders: dict[Name, Ladder] = Field(default_factory=dict, description="Ordered levels.")
    badges: dict[Name, AnyBadge] = Field(default_factory=dict, description="What earns an honour.")
    boards: dict[Name, Board] = Field(default_factory=dict, description="Ranked lists.")

    @property
    def refills(self) -> bool:
        """Whether a reversal may grant what a cap had cut."""
        return any(cap.refill for cap in self.caps)

    @model_validator(mode="after")
    def _names_exist(self) -> "Incentives":
        problems = list(self._dangling())
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _dangling(self) -> Iterator[str]:
        rules = [rule.name for rule in self.points]
        yield from (f"two rules are named {name}" for name in _twice(rules))
        yield from (f"two caps are named {name}" for name in _twice([c.name for c in self.caps]))
        for rule in self.points:
            for account in rule.accounts():
                yield from self._account(f"rule {rule.name}", account)
        for cap in self.caps:
            yield from self._account(f"cap {cap.name}", cap.account)
            for name in (*cap.rules, *cap.exempt):
                if name not in rules:
                    yield f"cap {cap.name} names no rule of this policy: {name}"
        for name, ladder in self.ladders.items():
            yield from self._account(f"ladder {name}", ladder.account)
        for name, board in self.boards.items():
            yield from self._account(f"board {name}", board.account)

    def _account(self, where: str, account: str) -> Iterator[str]:
        if account not in self.accounts:
            yield f"{where} names the account {account}; there are {', '.join(self.accounts)}"


def _twice(names: list[str]) -> list[str]:
    return sorted({name for name in names if names.count(name) > 1})


SECTIONS = frozenset(Incentives.model_fields)


def sections(document: Mapping[str, Any]) -> dict[str, Any]:
    """The part of a whole policy document that is about what members earn."""
    return {name: value for name, value in document.items() if name in SECTIONS}


def compile_policy(document: Mapping[str, Any]) -> Incentives:
    """What this service makes of a whole policy. Raises pydantic's ValidationError."""
    return Incentives.model_validate(sections(document))
