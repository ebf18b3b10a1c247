"""Who wrote what: a post made, seen, reacted to, taken away, given to the community."""

from services.incentives.content.reach import REMOVES, RESTORES, Reach
from services.incentives.policy.bind import Bound
from services.incentives.scene import Scene
from services.incentives.state import ORIGINAL_MARK, Content
from services.incentives.tenant import Tenant

OWNED = "post.community_owned"


def remember(
    scene: Scene, reached: Reach, own: Content | None, bound: Bound, tenant: Tenant
) -> None:
    """Take in what an action says of the post it makes and the one it is about."""
    if own is not None:
        _made(scene, reached, own, bound, tenant)
    target = scene.target
    if target is None:
        return
    type_ = scene.event.type
    if type_ == "reaction.added" or type_ == "reaction.removed":
        kind = scene.data.get("kind")
        if isinstance(kind, str) and kind in bound.tallied:
            step = 1 if type_ == "reaction.added" else -1
            target.tallies[kind] = target.tallies.get(kind, 0) + step
            touch(target, tenant)
    elif type_ == "post.viewed" and bound.watched:
        target.views += int(scene.data.get("count", 1))
        touch(target, tenant)
    elif type_ in (REMOVES, RESTORES, OWNED):
        _state(scene, target, tenant)


def _made(scene: Scene, reached: Reach, own: Content, bound: Bound, tenant: Tenant) -> None:
    kind = scene.data.get("kind")
    if own.made:
        # The first to speak of a post is its author; a question may be told of as a post before.
        if own.kind == "post" and reached.kind == "question":
            own.kind = "question"
            touch(own, tenant)
        return
    own.made = scene.event.type
    own.author = scene.doer.token if scene.doer is not None else None
    own.kind = kind if isinstance(kind, str) else reached.kind
    own.offset = scene.event.offset
    if bound.originals and scene.data.get("original") is True:
        own.tallies[ORIGINAL_MARK] = 1
    touch(own, tenant)


def _state(scene: Scene, target: Content, tenant: Tenant) -> None:
    type_, target.changed = scene.event.type, scene.event.offset
    if type_ == OWNED:
        target.owned = True
    else:
        target.removed = type_ == REMOVES
    touch(target, tenant)


def touch(content: Content, tenant: Tenant) -> None:
    """Mark a post for the next write."""
    if not content.dirty:
        content.dirty = True
        tenant.dirty_contents.append(content)
