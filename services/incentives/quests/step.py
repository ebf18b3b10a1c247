"""What every kind of step shares, and what a kind is asked with."""

from collections.abc import Iterable
from typing import Any, ClassVar, Protocol

from pydantic import BaseModel, ConfigDict, Field

from services.incentives.points.accounts import Title


class Person(Protocol):
    """What a kind may know of a member."""

    badges: list[int]
    ranks: dict[int, int]


class Scene(Protocol):
    """One action, seen after it was counted, paid and honoured."""

    day: int
    event: Any
    words: Any

    def streak(self, person: Any, name: str) -> int: ...

    def balance(self, person: Any, account: str) -> int: ...


class Step(BaseModel):
    """Something to be done. A kind adds what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Title = ""

    counts: ClassVar[bool] = False
    """Whether it counts what is done while the quest is open; else it looks at what there is."""

    @property
    def wanted(self) -> int:
        """How much of it is wanted."""
        return 1

    def names(self) -> Iterable[tuple[str, str]]:
        """What it names elsewhere in the policy: section and name."""
        return ()

    def advanced(self, kept: Any, scene: Scene, person: Person) -> Any:
        """What is kept of it after the scene's action, a number or a list; 0 at first."""
        raise NotImplementedError


def have(kept: Any) -> int:
    """How much there is of a step."""
    return len(kept) if isinstance(kept, list) else int(kept)


AtLeast = Field(default=1, ge=1, le=1000)
