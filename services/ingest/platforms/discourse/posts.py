"""Posts, likes on them and accepted solutions: `post`, `like` and `solved` web hooks."""

from collections.abc import Callable
from typing import Any

from services.ingest.platforms.discourse.payload import Payload

Action = dict[str, Any]
REGULAR = 1
"""Discourse's post types: 1 regular, 2 moderator's note, 3 small action, 4 whisper."""
TEXT, TITLE, LABEL = 65_536, 1024, 64


def public(post: Payload) -> bool:
    """Whether everybody in the community may read it."""
    return (
        post.number("post_type") == REGULAR
        and post.text("topic_archetype", 64) != "private_message"
    )


def name(post: Payload, number: int | None = None) -> str:
    """`topic/number` of the post, or of another in its topic."""
    return f"{post.number('topic_id')}/{post.number('post_number') if number is None else number}"


def space(of: Payload) -> str | None:
    """The category's number."""
    category = of.maybe_number("category_id")
    return None if category is None else str(category)


def _action(post: Payload, type_: str, happening: str, **fields: Any) -> Action:
    return {
        "type": type_,
        "id": f"post/{post.number('id')}/{happening}",
        "space": space(post),
        **fields,
    }


def created(post: Payload) -> list[Action]:
    """A topic's first post opens a thread, any other one is a reply."""
    root = post.number("post_number") == 1
    author = post.number("user_id")
    data: dict[str, Any] = {
        "post": name(post),
        "thread": str(post.number("topic_id")),
        "text": post.text("raw", TEXT),
    }
    if author < 0:  # the system and its bots
        data["kind"] = "official"
    data |= _opening(post) if root else _reply(post, author)
    type_ = "post.created" if root else "reply.created"
    time, member = post.text("created_at", 64), str(author)
    return [_action(post, type_, "created", time=time, member=member, data=data)]


def _opening(post: Payload) -> dict[str, Any]:
    return {"title": post.text("topic_title", TITLE), "category": post.text("category_slug", LABEL)}


def _reply(post: Payload, author: int) -> dict[str, Any]:
    """Who answers nobody in particular answers the topic's first post."""
    answered = post.maybe_part("reply_to_user")
    target = answered.maybe_number("id") if answered else None  # older versions name no number
    return {
        "in_reply_to": name(post, post.maybe_number("reply_to_post_number") or 1),
        "author_of_target": None if target is None else str(target),
        "automated": True if author < 0 else None,
    }


def edited(post: Payload) -> list[Action]:
    """A revision; Discourse blanks a post that its author deletes, which is no revision."""
    if post.flag("user_deleted"):
        return []
    at = post.text("updated_at", 64)
    title = post.text("topic_title", TITLE) if post.number("post_number") == 1 else None
    data = {"post": name(post), "title": title, "text": post.text("raw", TEXT)}
    happening = f"edited/{at or post.fingerprint()}"
    member = str(post.number("user_id"))
    return [_action(post, "post.edited", happening, time=at, member=member, data=data)]


def destroyed(post: Payload) -> list[Action]:
    """Taken away by a moderator (deleted_by) or by its author."""
    at = post.text("deleted_at", 64)
    remover = post.maybe_part("deleted_by")
    by = remover.maybe_number("id") if remover else None
    author = post.number("user_id")
    data = {"post": name(post), "by": None if by in (None, author) else str(by)}
    happening = f"removed/{at or post.fingerprint()}"
    return [_action(post, "post.removed", happening, time=at, member=str(author), data=data)]


def recovered(post: Payload) -> list[Action]:
    """Back again."""
    happening = f"restored/{post.fingerprint()}"
    data = {"post": name(post)}
    member = str(post.number("user_id"))
    return [_action(post, "post.restored", happening, member=member, data=data)]


def liked(like: Payload) -> list[Action]:
    """{post, user}: one like a user and post, for ever. Discourse tells of no unlike."""
    post = like.part("post")
    if not public(post):
        return []
    member = str(like.part("user").number("id"))
    data = {"target": name(post), "author_of_target": str(post.number("user_id")), "kind": "like"}
    return [_action(post, "reaction.added", f"like/{member}", member=member, data=data)]


def accepted(post: Payload) -> list[Action]:
    """The answer is the post; who accepted is not told."""
    return [_solution(post, "answer.accepted", "accepted")]


def unaccepted(post: Payload) -> list[Action]:
    """Not the solution after all."""
    return [_solution(post, "answer.unaccepted", "unaccepted")]


def _solution(post: Payload, type_: str, happening: str) -> Action:
    data = {
        "question": name(post, 1),
        "answer": name(post),
        "author": str(post.number("user_id")),
    }
    return _action(post, type_, f"{happening}/{post.fingerprint()}", data=data)


def _if_public(handler: Callable[[Payload], list[Action]]) -> Callable[[Payload], list[Action]]:
    return lambda post: handler(post) if public(post) else []


HANDLERS: dict[str, Callable[[Payload], list[Action]]] = {
    "post_created": _if_public(created),
    "post_edited": _if_public(edited),
    "post_destroyed": _if_public(destroyed),
    "post_recovered": _if_public(recovered),
    "post_liked": liked,
    "accepted_solution": _if_public(accepted),
    "unaccepted_solution": _if_public(unaccepted),
}
