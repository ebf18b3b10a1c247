"""What every kind of need of a level shares, and what a kind is asked with. Pure."""

from collections.abc import Iterable, Mapping
from functools import cached_property
from hashlib import blake2b
from json import dumps
from typing import Any, ClassVar, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.incentives.points.rules import ActionType
from services.incentives.policy.conditions import When
from services.incentives.scene import Scene
from services.incentives.state import Member, Words
from services.kit.projection.definition import NEVER

Totals = Mapping[int, Mapping[int, int]]
"""Word of a counter of the whole community -> local day -> how many."""
LONGEST = 400
"""Days of the longest window."""
_OF_THE_THRESHOLD = {"at_least", "at_most", "title"}


class Ground(NamedTuple):
    """What a need is looked at with: the member on a local day, and the community around."""

    member: Member
    day: int
    at: int
    words: Words
    totals: Totals

    def kept(self, name: str) -> Any:
        """What is kept of the member for a need of this name; None for nothing."""
        return self.member.slices.get("levels", {}).get(self.words.ids.get(name, 0))


class Part(BaseModel):
    """A share of what all members did in the need's days; halves count as whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    percent: int = Field(ge=1, le=100)
    of: ActionType | tuple[ActionType, ...] = Field(description="Done by anybody.")
    most: int | None = Field(default=None, ge=1, description="Never more than this.")

    def types(self) -> tuple[str, ...]:
        """The action types it is a share of."""
        return (self.of,) if isinstance(self.of, str) else self.of

    def wanted(self, ground: Ground, days: int | None) -> int:
        """The share as a number, of the last days."""
        words = [ground.words.ids.get(total_of(type_), 0) for type_ in self.types()]
        first = None if days is None else ground.day - days
        whole = sum(
            count
            for word in words
            for on, count in ground.totals.get(word, {}).items()
            if first is None or on > first
        )
        part = (whole * self.percent + 50) // 100
        return part if self.most is None else min(part, self.most)


class Need(BaseModel):
    """A number of a member, and how much of it is asked. A kind adds what is counted.

    What a kind keeps is counted from when a policy first asks, and is not taken out again where
    an action is taken back; the counts of plain actions are, and were always kept.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: ClassVar[str]
    """Its first field, by which it is known."""

    title: dict[str, str] | str = ""
    at_least: int | Part | None = None
    at_most: int | None = Field(default=None, ge=0)
    days: int | None = Field(
        default=None, ge=1, le=LONGEST, description="In the last so many days."
    )

    @model_validator(mode="after")
    def _one_bound(self) -> "Need":
        if isinstance(self.at_least, int) and self.at_least < 1:
            raise ValueError("at_least is 1 or more")
        if self.at_least is not None and self.at_most is not None:
            raise ValueError("say at_least or at_most, not both")
        return self

    def asks(self) -> bool:
        """Whether it says how much is asked."""
        return self.at_least is not None or self.at_most is not None

    def label(self) -> str:
        """What is counted, for people who know the policy."""
        return str(getattr(self, self.key))

    @cached_property
    def name(self) -> str:
        """Under which name it is kept: the same for needs that count the same."""
        told = self.model_dump(mode="json", exclude=_OF_THE_THRESHOLD)
        told_apart = dumps([told, self.apart()], sort_keys=True).encode()
        return f"need:{self.key}:{blake2b(told_apart, digest_size=8).hexdigest()}"

    def apart(self) -> int:
        """Tells needs apart that keep more or less of the same."""
        return 0

    def hears(self) -> Iterable[str]:
        """The action types after which something has to be kept."""
        return ()

    def conditions(self) -> When:
        """What must hold of an action that counts."""
        return {}

    def of_author(self) -> bool:
        """Whether what was done to the member's posts counts, not what the member did."""
        return bool(getattr(self, "received", False))

    def noted(self, kept: Any, scene: Scene) -> Any:
        """What is kept after the scene's action; None for nothing. `kept` is None at first."""
        raise NotImplementedError

    def have(self, ground: Ground) -> int:
        """How much of it there is."""
        raise NotImplementedError

    def until(self, _member: Member) -> int:
        """When it lapses at the latest without the beginning of a day; NEVER where it does not."""
        return NEVER

    def passes(self) -> bool:
        """Whether it may lapse as a day begins, or as others act."""
        return self.days is not None or isinstance(self.at_least, Part)

    def wanted(self, ground: Ground) -> int:
        """How much of it is asked at least; of `at_most`, at most."""
        if isinstance(self.at_least, Part):
            return self.at_least.wanted(ground, self.days)
        return (self.at_most if self.at_least is None else self.at_least) or 0

    def met(self, ground: Ground, share: float = 1) -> bool:
        """Whether there is what is asked; of what is counted in days, a share of it suffices."""
        have, wanted = self.have(ground), self.wanted(ground)
        if self.at_most is not None:
            return have <= wanted
        if share == 1 or self.days is None:
            return have >= wanted
        return have * 1000 >= wanted * round(share * 1000)


def total_of(type_: str) -> str:
    """The name of the counter of an action of the whole community."""
    return f"total:{type_}"
