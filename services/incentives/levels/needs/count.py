"""So many of an action."""

from collections.abc import Iterable
from typing import Any, ClassVar

from pydantic import Field

from services.incentives.levels.daily import added, summed
from services.incentives.levels.need import Ground, Need
from services.incentives.points.rules import ActionType
from services.incentives.policy.conditions import When
from services.incentives.scene import ORIGINAL, Scene, counter


class Count(Need):
    """At least so many of an action, by the member or about what the member wrote."""

    key: ClassVar[str] = "count"

    count: ActionType
    kind: str | None = Field(default=None, description="Only actions with this data.kind.")
    received: bool = Field(default=False, description="Done to what the member wrote.")
    when: When = Field(
        default_factory=dict, description="Only these; counted from when it is asked."
    )

    def label(self) -> str:
        return counter(self.count, self.kind, self.received)

    def hears(self) -> Iterable[str]:
        return (self.count,) if self.when else ()

    def conditions(self) -> When:
        if self.kind == ORIGINAL:
            return {**self.when, "data.original": True}
        return {**self.when, **({"data.kind": self.kind} if self.kind else {})}

    def noted(self, kept: Any, scene: Scene) -> Any:
        return added(kept, scene.day, 1, self.days)

    def have(self, ground: Ground) -> int:
        if self.when:
            return summed(ground.kept(self.name), ground.day, self.days)
        member, word = ground.member, ground.words.ids.get(self.label(), 0)
        if self.days is None:
            return member.counts.get(word, 0)
        return summed(member.daily.get(word, {}), ground.day, self.days)


NEED = Count
