"""What every kind of badge shares, and what a kind is asked with."""

from collections.abc import Iterable
from typing import ClassVar, NamedTuple, Protocol

from pydantic import BaseModel, ConfigDict, Field

from services.incentives.points.accounts import Title


class Earned(NamedTuple):
    """Somebody has earned a badge."""

    member: int
    """Token."""
    subject: bytes
    """The post it was earned with; empty where it was no single post."""


class Post(Protocol):
    """What a kind may know of a post."""

    author: int | None
    kind: str
    views: int
    subject: bytes
    tallies: dict[str, int]


class Person(Protocol):
    """What a kind may know of a member."""

    token: int

    def active_days(self) -> int: ...


class Scene(Protocol):
    """One action, seen after it was counted."""

    doer: Person | None
    author: Person | None
    target: Post | None

    def count(self, person: Person, action: str, kind: str | None, received: bool) -> int: ...

    def balance(self, person: Person, account: str) -> int: ...

    def streak(self, person: Person, name: str) -> int: ...


class Badge(BaseModel):
    """An honour. A kind adds what earns it."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    title: Title = ""
    description: Title = ""
    class_: str = Field(default="", alias="class", description="Such as bronze, silver, gold.")
    repeatable: bool = Field(
        default=False, description="Earned again with each post, where a post earns it."
    )

    certificate: bool = Field(default=False, description="Whether it can be had as a certificate.")
    grants: tuple[str, ...] = Field(
        default=(), description="Rewards that whoever is awarded it is given, once."
    )

    set_: str = Field(
        default="", alias="set", max_length=64, description="Badges of one theme name the same."
    )

    listens: ClassVar[tuple[str, ...]] = ()
    """Action types after which it may have been earned."""

    def types(self) -> tuple[str, ...]:
        """The action types that concern this very badge."""
        return self.listens

    def names(self) -> Iterable[tuple[str, str]]:
        """What it names elsewhere in the policy: section and name."""
        return ()

    @property
    def looks_at(self) -> str | None:
        """The account that earns it by what it comes to, whatever action changed it."""
        return None

    def reached(self, balance: int, earned: int) -> bool:  # noqa: ARG002 - kinds that look at one
        """Whether an account that has come to this has earned it."""
        return False

    def reaction_kinds(self) -> tuple[str, ...]:
        """The kinds of reactions that have to be counted on each post."""
        return ()

    def earned(self, scene: Scene) -> Earned | None:
        """Who has earned it, now that the scene's action is counted; None for nobody."""
        raise NotImplementedError
