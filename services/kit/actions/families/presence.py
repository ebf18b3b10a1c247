"""Being there."""

from typing import ClassVar

from services.kit.actions.families import Count, Data, Label


class MemberCheckedIn(Data):
    """The member checked in, perhaps for a task."""

    type: ClassVar[str] = "member.checked_in"
    task: Label | None = None


class MemberRead(Data):
    """The platform counted what the member read since the last such action, say on a day.

    `threads` are those opened for the first time, `posts` those read, `seconds` the time spent.
    """

    type: ClassVar[str] = "member.read"
    threads: Count = 0
    posts: Count = 0
    seconds: Count = 0
