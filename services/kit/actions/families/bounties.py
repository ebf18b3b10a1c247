"""Bounties, and content that nobody owns any more."""

from typing import ClassVar

from services.kit.actions.families import Count, Data, Id, MemberId


class BountyOffered(Data):
    """The member offered points for an answer."""

    type: ClassVar[str] = "bounty.offered"
    question: Id
    amount: Count


class BountyAwarded(Data):
    """A bounty went to the author of an answer."""

    type: ClassVar[str] = "bounty.awarded"
    question: Id | None = None
    answer: Id
    author: MemberId | None = None
    amount: Count


class PostCommunityOwned(Data):
    """A message belongs to the community from now on: nobody earns by it."""

    type: ClassVar[str] = "post.community_owned"
    post: Id
