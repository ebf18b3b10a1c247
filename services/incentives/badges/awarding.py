"""The awarding of badges after an action was counted."""

from collections.abc import Iterable

from services.incentives.badges.badge import Badge
from services.incentives.content.posts import touch
from services.incentives.outcome import Outcome
from services.incentives.policy.bind import Bound
from services.incentives.rewards.granting import grant_once
from services.incentives.scene import Scene
from services.incentives.state import Balance, Member
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
        about, event = (word, name), scene.event
        outcome.award(tenant.key, member.token, about, earned.subject, event.time, event)
        _give(badge, name, bound, member, scene, tenant, outcome)


def award_accounts(
    bound: Bound,
    touched: Iterable[tuple[Member, Balance]],
    scene: Scene,
    tenant: Tenant,
    outcome: Outcome,
) -> None:
    """Award what accounts have earned by what an action made of them."""
    for member, balance in touched:
        for word, name, badge in bound.prized.get(balance.account, ()):
            if word not in member.badges and badge.reached(balance.balance, balance.earned):
                member.badges.append(word)
                tenant.touch(member)
                event = scene.event
                outcome.award(tenant.key, member.token, (word, name), b"", event.time, event)
                _give(badge, name, bound, member, scene, tenant, outcome)


def _give(
    badge: Badge,
    name: str,
    bound: Bound,
    member: Member,
    scene: Scene,
    tenant: Tenant,
    outcome: Outcome,
) -> None:
    rewards = [(each, bound.rewards[each]) for each in badge.grants]
    when = (scene.event.time, scene.day)
    grant_once(rewards, f"badge:{name}", member, when, tenant, outcome, scene.event)


def grant(word: int, name: str, scene: Scene, tenant: Tenant, outcome: Outcome) -> None:
    """Award a badge that an operator granted by hand; a second time changes nothing."""
    member = scene.doer
    if member is not None and word not in member.badges:
        member.badges.append(word)
        event = scene.event
        outcome.award(tenant.key, member.token, (word, name), b"", event.time, event)
