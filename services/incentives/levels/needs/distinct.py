"""So many different members, days, threads: of what was done, or received."""

from collections.abc import Iterable
from typing import Any, ClassVar

from pydantic import Field, model_validator

from services.incentives.levels.daily import different, seen, short
from services.incentives.levels.need import Ground, Need, Part
from services.incentives.points.rules import ActionType
from services.incentives.policy.conditions import When
from services.incentives.scene import Scene

MOST = 1000
"""Values told apart of a member; of a score, which asks for no number, half as many."""


class Distinct(Need):
    """At least so many different ones of what an action names.

    `member` is who did it, `day` the local day, `data.thread` a field. What nobody is named in
    does not count.
    """

    key: ClassVar[str] = "distinct"

    distinct: str = Field(pattern=r"^(member|day|data\.[a-z_][a-z0-9_]*)$")
    on: ActionType | tuple[ActionType, ...]
    received: bool = Field(default=False, description="Done to what the member wrote.")
    when: When = Field(default_factory=dict)

    @model_validator(mode="after")
    def _bounded(self) -> "Distinct":
        asked = self.at_least if isinstance(self.at_least, int) else self.at_most
        if isinstance(self.at_least, Part):
            asked = self.at_least.most or MOST + 1
        if asked is not None and asked >= MOST:
            raise ValueError(f"asks for fewer than {MOST} different ones; say most of a percent")
        return self

    def label(self) -> str:
        types = self.on if isinstance(self.on, str) else ", ".join(self.on)
        return f"different {self.distinct.removeprefix('data.')} of {types}{'<' * self.received}"

    def hears(self) -> Iterable[str]:
        return (self.on,) if isinstance(self.on, str) else self.on

    def conditions(self) -> When:
        return self.when

    def noted(self, kept: Any, scene: Scene) -> Any:
        value = self._value(scene)
        return kept if value is None else seen(kept, value, scene.day, self.apart())

    def have(self, ground: Ground) -> int:
        return different(ground.kept(self.name), ground.day, self.days)

    def apart(self) -> int:
        if isinstance(self.at_least, Part):
            return self.at_least.most or MOST
        if self.at_least is not None:
            return self.at_least
        return MOST // 2 if self.at_most is None else self.at_most + 1

    def _value(self, scene: Scene) -> int | None:
        if self.distinct == "day":
            return scene.day
        if self.distinct == "member":
            return None if scene.doer is None else scene.doer.token
        value = scene.data.get(self.distinct.removeprefix("data."))
        return short(value) if isinstance(value, str) else value if type(value) is int else None


NEED = Distinct
