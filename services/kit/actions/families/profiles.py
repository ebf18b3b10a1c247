"""What is known of members beside what they do."""

from typing import Annotated, ClassVar

from pydantic import Field

from services.kit.actions.families import Data, Label


class MemberDescribed(Data):
    """Labels of the member, such as city or skin type: for segments, so no names and no words of
    theirs. An empty one takes a label away; what is not named stays."""

    type: ClassVar[str] = "member.described"
    about_members: ClassVar[bool] = False
    attributes: Annotated[dict[Label, Annotated[str, Field(max_length=64)]], Field(max_length=50)]
