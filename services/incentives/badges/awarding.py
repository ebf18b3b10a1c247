"""The awarding of badges after an action was counted."""

from services.incentives.content.posts import touch
from services.incentives.outcome import Outcome
from services.incentives.policy.bind import Bound
from services.incentives.scene import Scene
from services.incentives.tenant import Tenant


def award(bound: Bound, scene: Scene, tenant: Tenant, outcome: Outcome) -> None:
    """Award what the action has earned: once to a member, or once to each post of a member."""
    listening = bound.badges.get(scene.event.type, ())
    for word, name, badge in (*listening, *bound.badges.get("*", ())):
        earned = badge.earned(scene)
        if earned is None:
            continue
        member = tenant.members.get(earned.member)
        if member is None:
            continue
        post = scene.target if badge.repeatable and earned.subject else None
        if word in (member.badges if post is None else post.awarded):
            continue
        if post is None:
            member.badges.append(word)
            tenant.touch(member)
        else:
            post.awarded.append(word)
            touch(post, tenant)
        outcome.award(tenant.key, member.token, (word, name), earned.subject, scene.event)


def grant(word: int, name: str, scene: Scene, tenant: Tenant, outcome: Outcome) -> None:
    """Award a badge that an operator granted by hand; a second time changes nothing."""
    member = scene.doer
    if member is not None and word not in member.badges:
        member.badges.append(word)
        outcome.award(tenant.key, member.token, (word, name), b"", scene.event)
