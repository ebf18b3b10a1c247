"""A streak of a length."""

from typing import Literal

from pydantic import Field

from services.incentives.badges.badge import Badge, Earned, Scene


class StreakLength(Badge):
    """For the member whose streak has come to a length; kept when the streak ends."""

    kind: Literal["streak"] = "streak"
    streak: str = Field(description="Name of a streak of this policy.")
    at_least: int = Field(ge=2)

    def types(self) -> tuple[str, ...]:
        return ("*",)

    def names(self) -> tuple[tuple[str, str], ...]:
        return (("streaks", self.streak),)

    def earned(self, scene: Scene) -> Earned | None:
        person = scene.doer
        if person is None or scene.streak(person, self.streak) < self.at_least:
            return None
        return Earned(person.token, b"")


KIND = StreakLength
