"""So many different local days on which the member acted."""

from typing import ClassVar

from pydantic import Field

from services.incentives.levels.need import Ground, Need


class ActiveDays(Need):
    """At least so many different local days on which the member acted."""

    key: ClassVar[str] = "active_days"

    active_days: int = Field(ge=1)

    def asks(self) -> bool:
        return True

    def label(self) -> str:
        return "active days"

    def have(self, ground: Ground) -> int:
        if self.days is None:
            return ground.member.active_days()
        return ground.member.days_since(ground.day - self.days)

    def wanted(self, _ground: Ground) -> int:
        return self.active_days


NEED = ActiveDays
