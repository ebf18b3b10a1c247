"""Likes, votes and other answers of one tap."""

from typing import Annotated, ClassVar

from pydantic import Field

from services.kit.actions.families import Data, Id, Label, MemberId

Weight = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]


class ReactionAdded(Data):
    """The member (absent where the platform hides who) reacted to a message."""

    type: ClassVar[str] = "reaction.added"
    target: Id
    author_of_target: MemberId | None = None
    kind: Label = "like"
    weight: Weight = 1


class ReactionRemoved(Data):
    """The member took a reaction back."""

    type: ClassVar[str] = "reaction.removed"
    target: Id
    author_of_target: MemberId | None = None
    kind: Label = "like"
    weight: Weight = 1
