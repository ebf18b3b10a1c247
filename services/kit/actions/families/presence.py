"""Being there."""

from typing import ClassVar

from services.kit.actions.families import Data, Label


class MemberCheckedIn(Data):
    """The member checked in, perhaps for a task."""

    type: ClassVar[str] = "member.checked_in"
    task: Label | None = None
