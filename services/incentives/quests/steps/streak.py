"""A streak of a length."""

from typing import Any, Literal

from pydantic import Field

from services.incentives.quests.step import Person, Scene, Step


class StreakLength(Step):
    """The member's longest streak of a name has come to a length."""

    kind: Literal["streak"] = "streak"
    streak: str = Field(description="Name of a streak of this policy.")
    at_least: int = Field(ge=2)

    @property
    def wanted(self) -> int:
        return self.at_least

    def names(self) -> tuple[tuple[str, str], ...]:
        return (("streaks", self.streak),)

    def advanced(self, _kept: Any, scene: Scene, person: Person) -> Any:
        return min(scene.streak(person, self.streak), self.at_least)


KIND = StreakLength
