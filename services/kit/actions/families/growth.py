"""Members who bring members."""

from typing import ClassVar

from services.kit.actions.families import Data, MemberId


class InviteAccepted(Data):
    """The member came on an invitation."""

    type: ClassVar[str] = "invite.accepted"
    inviter: MemberId
