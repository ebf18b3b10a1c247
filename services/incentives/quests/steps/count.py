"""So many of an action, while the quest is open."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from services.incentives.points.rules import ActionType
from services.incentives.policy.conditions import When
from services.incentives.quests.step import AtLeast, Person, Scene, Step
from services.incentives.scene import test_of


class Count(Step):
    """The member does an action so often; of those that meet the conditions."""

    kind: Literal["count"] = "count"
    action: ActionType
    when: When = Field(default_factory=dict)
    at_least: int = AtLeast
    counts: ClassVar[bool] = True

    @property
    def wanted(self) -> int:
        return self.at_least

    def advanced(self, kept: Any, scene: Scene, _person: Person) -> Any:
        tests = (test_of(*item) for item in self.when.items())
        counted = scene.event.type == self.action and all(test(scene) for test in tests)  # type: ignore[arg-type]
        return kept + 1 if counted else kept


KIND = Count
