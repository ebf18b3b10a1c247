"""What members write, and what becomes of it."""

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from services.kit.actions.families import Count, Data, Id, Label, MemberId, MessageKind, Text, Title

Media = Annotated[str, StringConstraints(max_length=512)]


class PostCreated(Data):
    """The member opened a thread with a root post."""

    type: ClassVar[str] = "post.created"
    post: Id
    thread: Id | None = None
    kind: MessageKind | None = None
    original: bool | None = None
    title: Title | None = None
    text: Text | None = None
    media: Annotated[list[Media], Field(max_length=64)] | None = None
    category: Label | None = None


class ReplyCreated(Data):
    """The member answered a post, or wrote into a thread."""

    type: ClassVar[str] = "reply.created"
    post: Id
    in_reply_to: Id | None = None
    thread: Id | None = None
    author_of_target: MemberId | None = None
    kind: MessageKind | None = None
    text: Text | None = None
    media: Annotated[list[Media], Field(max_length=64)] | None = None
    automated: bool = False


class PostEdited(Data):
    """A message was changed by the member."""

    type: ClassVar[str] = "post.edited"
    post: Id
    title: Title | None = None
    text: Text | None = None


class PostRemoved(Data):
    """A message was taken away, by its author or somebody else (`by`)."""

    type: ClassVar[str] = "post.removed"
    post: Id
    by: MemberId | None = None
    reason: Label | None = None


class PostRestored(Data):
    """A removed message is back."""

    type: ClassVar[str] = "post.restored"
    post: Id
    by: MemberId | None = None
    reason: Label | None = None


class PostFeatured(Data):
    """A message was put forward as good."""

    type: ClassVar[str] = "post.featured"
    post: Id
    author_of_target: MemberId | None = None
    by: MemberId | None = None


class PostViewed(Data):
    """A message was seen, `count` times since the last such action."""

    type: ClassVar[str] = "post.viewed"
    post: Id
    count: Count = 1


class PostShared(Data):
    """The member carried a message elsewhere."""

    type: ClassVar[str] = "post.shared"
    post: Id
    author_of_target: MemberId | None = None


class ContentRelabelled(Data):
    """An operator says what kind a message is; stronger than producer and policy."""

    type: ClassVar[str] = "content.relabelled"
    post: Id
    kind: MessageKind
    by: MemberId | None = None


class ThreadMoved(Data):
    """A thread went to another space."""

    type: ClassVar[str] = "thread.moved"
    thread: Id
    to_space: Annotated[str, StringConstraints(min_length=1, max_length=128)]
    by: MemberId | None = None
