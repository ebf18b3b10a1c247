"""A level reached."""

from typing import Any, Literal

from pydantic import Field

from services.incentives.quests.step import Person, Scene, Step


class Level(Step):
    """The member has come to a rank of a ladder, from 1."""

    kind: Literal["level"] = "level"
    ladder: str = Field(default="main", description="Name of a ladder of this policy.")
    at_least: int = Field(ge=2, le=100)

    @property
    def wanted(self) -> int:
        return self.at_least

    def names(self) -> tuple[tuple[str, str], ...]:
        return (("ladders", self.ladder),)

    def advanced(self, _kept: Any, scene: Scene, person: Person) -> Any:
        rank = person.ranks.get(scene.words.ids.get(f"ladder:{self.ladder}", 0), 0) + 1
        return min(rank, self.at_least)


KIND = Level
