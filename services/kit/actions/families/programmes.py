"""Programmes for super users: who is in, with whom to turn to."""

from typing import ClassVar

from services.kit.actions.families import Label, MemberId
from services.kit.actions.families.operator import Operator


class ProgrammeEnrolled(Operator):
    """The member is taken into a programme of the policy; again, with another adviser."""

    type: ClassVar[str] = "programme.enrolled"
    programme: Label
    adviser: MemberId | None = None
    by: Label | None = None


class ProgrammeLeft(Operator):
    """The member is no longer in a programme."""

    type: ClassVar[str] = "programme.left"
    programme: Label
    reason: Label | None = None
    by: Label | None = None
