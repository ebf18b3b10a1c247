"""So many of an action; a first is a count of one."""

from typing import Literal

from pydantic import Field

from services.incentives.badges.badge import Badge, Earned, Scene
from services.incentives.points.rules import ActionType


class Count(Badge):
    """For the member who did an action so many times, or whose posts received it so often."""

    kind: Literal["count"] = "count"
    action: ActionType
    of: str | None = Field(default=None, description="Only actions with this data.kind.")
    received: bool = Field(default=False, description="Done to what the member wrote.")
    at_least: int = Field(default=1, ge=1)

    def types(self) -> tuple[str, ...]:
        return (self.action,)

    def earned(self, scene: Scene) -> Earned | None:
        person = scene.author if self.received else scene.doer
        if person is None:
            return None
        count = scene.count(person, self.action, self.of, self.received)
        return Earned(person.token, b"") if count >= self.at_least else None


KIND = Count
