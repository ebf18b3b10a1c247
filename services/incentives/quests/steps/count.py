"""So many of an action, while the quest is open."""

from functools import cached_property
from typing import Any, ClassVar, Literal

from pydantic import Field

from services.incentives.points.rules import ActionType
from services.incentives.policy.conditions import When
from services.incentives.quests.step import AtLeast, Person, Scene, Step
from services.incentives.scene import Test, test_of


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

    @cached_property
    def _tests(self) -> list[Test]:
        return [test_of(*item) for item in self.when.items()]

    def advanced(self, kept: Any, scene: Scene, _person: Person) -> Any:
        if scene.event.type != self.action:
            return kept
        return kept + 1 if all(test(scene) for test in self._tests) else kept  # type: ignore[arg-type]


KIND = Count
