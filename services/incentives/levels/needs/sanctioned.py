"""How often the member was sanctioned."""

from collections.abc import Iterable
from typing import Any, ClassVar, Literal

from pydantic import Field

from services.incentives.levels.daily import added, summed
from services.incentives.levels.need import Ground, Need
from services.incentives.scene import Scene


class Sanctioned(Need):
    """At most so many sanctions; lifting one takes it off again."""

    key: ClassVar[str] = "sanctioned"

    sanctioned: tuple[Literal["warn", "mute", "ban"], ...] = Field(min_length=1)

    def label(self) -> str:
        return ", ".join(self.sanctioned)

    def hears(self) -> Iterable[str]:
        return ("member.sanctioned",)

    def noted(self, kept: Any, scene: Scene) -> Any:
        sanction = scene.data.get("sanction", "warn")
        if sanction in self.sanctioned:
            return added(kept, scene.day, 1, self.days)
        if sanction == "lift" and summed(kept, scene.day, self.days) > 0:
            return added(kept, scene.day, -1, self.days)
        return kept

    def have(self, ground: Ground) -> int:
        return max(0, summed(ground.kept(self.name), ground.day, self.days))


NEED = Sanctioned
