"""So many different local days with an action, while the quest is open."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from services.incentives.points.rules import ActionType
from services.incentives.quests.step import Person, Scene, Step


class Days(Step):
    """The member does one of some actions on so many different local days."""

    kind: Literal["days"] = "days"
    on: tuple[ActionType, ...] = ("member.checked_in",)
    at_least: int = Field(ge=1, le=366)
    counts: ClassVar[bool] = True

    @property
    def wanted(self) -> int:
        return self.at_least

    def advanced(self, kept: Any, scene: Scene, _person: Person) -> Any:
        days = kept or []
        if scene.event.type not in self.on or scene.day in days:
            return kept
        return [*days, scene.day]


KIND = Days
