"""Graded spaces 梯度社群: parts of a community that open to whoever has come so far."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.incentives.levels.kinds import AnyNeed
from services.incentives.points.accounts import Title

Privilege = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class Space(BaseModel):
    """A grade. Access is granted when all demands hold; without any, to everybody.

    Leaving the community takes all access; whoever comes back is judged anew.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title = ""
    space: str | None = Field(
        default=None, max_length=128, description="What the platform calls it, for a bot."
    )
    after: str | None = Field(default=None, description="The grade below, held too.")
    needs: tuple[AnyNeed, ...] = Field(default=(), max_length=10)
    level: int | None = Field(default=None, ge=1, le=100, description="Rank at least, from 1.")
    ladder: str | None = Field(default=None, description="Of the level; none: the first.")
    badges: tuple[str, ...] = Field(default=(), description="All of them held.")
    roles: tuple[str, ...] = Field(
        default=(), description="An appointment: one of them held, in its term."
    )
    revoke: Literal["lapsed", "never"] = Field(
        default="lapsed", description="lapsed: when a demand no longer holds."
    )
    privileges: tuple[Privilege, ...] = Field(default=(), description="What access brings.")

    def names(self) -> Iterator[tuple[str, str]]:
        """What it names elsewhere in the policy: section and name."""
        if self.after is not None:
            yield "spaces", self.after
        if self.ladder is not None:
            yield "ladders", self.ladder
        yield from (("badges", name) for name in self.badges)


def ordered(spaces: Mapping[str, Space]) -> list[str]:
    """The grades, those below first; their order in the document says nothing."""
    return sorted(spaces, key=lambda name: (len(list(_below(spaces, name))), name))


def misplaced(
    spaces: Mapping[str, Space], ladders: Mapping[str, object]
) -> Iterator[tuple[str, str]]:
    """By space what is wrong: with what stands above what, with levels where no ladder is."""
    for name, space in spaces.items():
        if name in _below(spaces, name):
            yield name, "comes after itself"
        if space.level is not None and not ladders:
            yield name, "asks for a level, and there is no ladder"


def _below(spaces: Mapping[str, Space], name: str) -> Iterator[str]:
    """The grades below one, downwards; a circle is gone round once."""
    seen: set[str] = set()
    below = spaces[name].after
    while below is not None and below in spaces and below not in seen:
        seen.add(below)
        yield below
        below = spaces[below].after
