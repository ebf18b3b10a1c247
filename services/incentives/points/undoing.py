"""An action that takes another back: which entries that concerns."""

from services.incentives.content.reach import REMOVES, RESTORES, UNDOES, key_of, subject_of
from services.incentives.members.activity import count_removal, uncount_action
from services.incentives.points.original import Why
from services.incentives.points.reversal import Reversal
from services.incentives.scene import Scene
from services.incentives.tenant import Tenant


def undo(reversal: Reversal, scene: Scene, tenant: Tenant) -> None:
    """Reverse what the scene's action takes back, and refill what that makes room for."""
    type_ = scene.event.type
    if type_ in (REMOVES, RESTORES):
        _post(reversal, scene, tenant)
    elif type_ == "order.refunded":
        _order(reversal, scene, tenant)
        uncount_action(scene, tenant)
    else:
        _one(reversal, scene, tenant)
        uncount_action(scene, tenant)
    reversal.refill()


def _post(reversal: Reversal, scene: Scene, tenant: Tenant) -> None:
    post, restores = scene.target, scene.event.type == RESTORES
    if post is None or post.removed is not restores:
        return
    for original in list(tenant.causes.get(post.subject, ())):
        if restores:
            reversal.restore(original)
        else:
            reversal.undo(original, Why.REMOVED)
    if post.author is not None and post.made:
        count_removal(scene, post, tenant.members[post.author], tenant)


def _order(reversal: Reversal, scene: Scene, tenant: Tenant) -> None:
    part = scene.data.get("amount")
    for original in list(tenant.causes.get(subject_of(scene.data["order"], "order"), ())):
        if part is None or original.key is None or part >= original.key:
            reversal.undo(original, Why.UNDONE)
        else:
            reversal.reduce(original, part, original.key)


def _one(reversal: Reversal, scene: Scene, tenant: Tenant) -> None:
    event, post = scene.event, scene.target
    if post is None:
        return
    key = key_of(UNDOES[event.type], event.data, event.member)
    found = [o for o in tenant.causes.get(post.subject, ()) if o.key == key and not o.undone]
    if event.member is None and found:
        # Several hidden members may have done the same; one of them takes it back.
        found = [o for o in found if o.offset == found[-1].offset]
    for original in found:
        reversal.undo(original, Why.UNDONE)
