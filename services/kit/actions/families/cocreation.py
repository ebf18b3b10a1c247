"""Proposals of members."""

from typing import ClassVar

from services.kit.actions.families import Data, Id, MemberId, Text, Title


class ProposalSubmitted(Data):
    """The member proposed something."""

    type: ClassVar[str] = "proposal.submitted"
    proposal: Id
    title: Title | None = None
    text: Text | None = None


class ProposalVoted(Data):
    """The member voted for a proposal."""

    type: ClassVar[str] = "proposal.voted"
    proposal: Id


class ProposalAdopted(Data):
    """A proposal of `author` was adopted."""

    type: ClassVar[str] = "proposal.adopted"
    proposal: Id
    author: MemberId | None = None
