"""So much in all of a number that actions carry."""

from collections.abc import Iterable
from typing import Any, ClassVar

from pydantic import Field

from services.incentives.levels.daily import added, summed
from services.incentives.levels.need import Ground, Need
from services.incentives.points.rules import LARGEST, ActionType
from services.incentives.policy.conditions import When
from services.incentives.scene import Scene


class Sum(Need):
    """At least so much in all of a field, such as the posts that were read."""

    key: ClassVar[str] = "sum"

    sum: str = Field(
        pattern=r"^data\.[a-z_][a-z0-9_]*$", description="A field with a whole number."
    )
    on: ActionType
    received: bool = Field(default=False, description="Done to what the member wrote.")
    when: When = Field(default_factory=dict)

    def label(self) -> str:
        return f"{self.on} {self.sum.removeprefix('data.')}"

    def hears(self) -> Iterable[str]:
        return (self.on,)

    def conditions(self) -> When:
        return self.when

    def noted(self, kept: Any, scene: Scene) -> Any:
        value = scene.data.get(self.sum.removeprefix("data."))
        if not isinstance(value, int) or isinstance(value, bool) or value <= 0:
            return kept
        return added(kept, scene.day, min(value, LARGEST), self.days)

    def have(self, ground: Ground) -> int:
        return summed(ground.kept(self.name), ground.day, self.days)


NEED = Sum
