"""A role held: a level by appointment."""

from typing import ClassVar

from services.incentives.levels.need import Ground, Need
from services.incentives.members.roles import FOR_EVER
from services.incentives.state import Member
from services.kit.projection.definition import NEVER


class Role(Need):
    """The member holds a role, until it ends."""

    key: ClassVar[str] = "role"

    role: str

    def asks(self) -> bool:
        return True

    def label(self) -> str:
        return f"the role {self.role}"

    def have(self, ground: Ground) -> int:
        return int(self.role in ground.member.roles_at(ground.at))

    def until(self, member: Member) -> int:
        end = member.roles.get(self.role, NEVER)
        return end if end < FOR_EVER else NEVER

    def wanted(self, _ground: Ground) -> int:
        return 1


NEED = Role
