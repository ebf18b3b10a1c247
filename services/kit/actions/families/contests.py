"""Contests, draws and the fund: the frame; what they do is the policy's."""

from typing import ClassVar

from services.kit.actions.families import Data, Id, MemberId


class ContestOpened(Data):
    """A contest takes entries."""

    type: ClassVar[str] = "contest.opened"
    about_members: ClassVar[bool] = False
    operator: ClassVar[bool] = True
    contest: Id


class ContestEntered(Data):
    """The member entered a message."""

    type: ClassVar[str] = "contest.entered"
    contest: Id
    post: Id | None = None


class ContestVoted(Data):
    """The member voted for an entry."""

    type: ClassVar[str] = "contest.voted"
    contest: Id
    entry: Id


class ContestClosed(Data):
    """A contest is decided."""

    type: ClassVar[str] = "contest.closed"
    about_members: ClassVar[bool] = False
    operator: ClassVar[bool] = True
    contest: Id
    winner: MemberId | None = None
