"""So many different days of activity."""

from typing import Literal

from pydantic import Field

from services.incentives.badges.badge import Badge, Earned, Scene


class Days(Badge):
    """For the member who acted on so many different local days."""

    kind: Literal["days"] = "days"
    at_least: int = Field(ge=1)

    def types(self) -> tuple[str, ...]:
        return ("*",)

    def earned(self, scene: Scene) -> Earned | None:
        person = scene.doer
        if person is None or person.active_days() < self.at_least:
            return None
        return Earned(person.token, b"")


KIND = Days
