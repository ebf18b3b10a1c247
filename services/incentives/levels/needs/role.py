"""A role held: a level by appointment."""

from typing import ClassVar

from services.incentives.levels.need import Ground, Need


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

    def wanted(self, _ground: Ground) -> int:
        return 1


NEED = Role
