"""A badge held."""

from typing import Any, Literal

from pydantic import Field

from services.incentives.quests.step import Person, Scene, Step


class HoldsBadge(Step):
    """The member holds a badge."""

    kind: Literal["badge"] = "badge"
    badge: str = Field(description="Name of a badge of this policy.")

    def names(self) -> tuple[tuple[str, str], ...]:
        return (("badges", self.badge),)

    def advanced(self, _kept: Any, scene: Scene, person: Person) -> Any:
        return int(scene.words.ids.get(f"badge:{self.badge}", 0) in person.badges)


KIND = HoldsBadge
