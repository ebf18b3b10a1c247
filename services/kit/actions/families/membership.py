"""Who belongs, in what role, and who was silenced."""

from typing import Annotated, ClassVar, Literal

from pydantic import AwareDatetime, Field

from services.kit.actions.families import Count, Data, Label, MemberId, Text


class MemberJoined(Data):
    """The member came into the community."""

    type: ClassVar[str] = "member.joined"
    via: Label | None = None
    invited_by: MemberId | None = None
    role: Label | None = None


class MemberLeft(Data):
    """The member left, or was removed."""

    type: ClassVar[str] = "member.left"
    reason: Label | None = None


class RoleAppointed(Data):
    """The member took a role: staff, bot, executive, mediator, host or one of the platform's.

    The envelope's space says of which space, such as a rotating host of a group.
    """

    type: ClassVar[str] = "role.appointed"
    role: Label
    since: AwareDatetime | None = None
    """When the term begins: later than now, a term that is planned. Now where it is absent."""
    until: AwareDatetime | None = None


class RoleEnded(Data):
    """The member gave a role back."""

    type: ClassVar[str] = "role.ended"
    role: Label


class MemberMutedSpace(Data):
    """The member muted a space for themselves: the envelope's space."""

    type: ClassVar[str] = "member.muted_space"


class MemberSanctioned(Data):
    """A moderator warned, muted, banned the member, or lifted that."""

    type: ClassVar[str] = "member.sanctioned"
    sanction: Literal["warn", "mute", "ban", "lift"] = "warn"
    by: MemberId | None = None
    until: AwareDatetime | None = None
    reason: Text | None = None


class CommunityCensus(Data):
    """The platform counted who is present."""

    type: ClassVar[str] = "community.census"
    about_members: ClassVar[bool] = False
    present: Annotated[Count, Field(description="Members present, staff and bots left out.")]
