"""Which rules an action matches and what they ask for. Pure; reads memory, changes nothing."""

from services.incentives.points.ask import Ask
from services.incentives.points.rules import LARGEST
from services.incentives.policy.bind import Bound, BoundRule, Gift
from services.incentives.scene import Scene
from services.incentives.state import Content, Member
from services.incentives.tenant import Tenant


def decide(bound: Bound, scene: Scene, tenant: Tenant, own: Content | None) -> list[Ask]:
    """What the rules ask for, in the policy's order."""
    asks: list[Ask] = []
    type_, target = scene.event.type, scene.target
    rules = bound.rules.get(type_)
    if (
        rules is not None
        and (target is None or not (target.removed or target.owned))
        and (own is None or not (own.removed or own.owned))
    ):
        for rule in rules:
            for test in rule.tests:
                if not test(scene):
                    break
            else:
                _ask(rule, scene, tenant, asks)
    if type_ == "points.adjusted" and scene.doer is not None:
        account = tenant.words.ids.get(scene.data.get("account", "points"), 0)
        if account in bound.accounts:
            asks.append((scene.doer, bound.adjusted, account, scene.data["amount"], (), False, ""))
    return asks


def nothing_earned(post: Content | None) -> str | None:
    """Why nobody earns by a post, `removed` or `owned`; None where somebody may."""
    if post is None:
        return None
    if post.removed:
        return "removed"
    return "owned" if post.owned else None


def _ask(rule: BoundRule, scene: Scene, tenant: Tenant, asks: list[Ask]) -> None:
    for side, gifts in rule.gifts:
        member = scene.author if side == "author" else side_of(side, scene, tenant)
        if member is None or (rule.once and rule.word in member.once):
            continue
        for gift in gifts:
            amount = gift[1]
            if not (rule.fixed and isinstance(amount, int)):
                amount = asked(rule, gift, scene)
            if amount:
                asks.append((member, rule.word, gift[0], amount, gift[2], rule.once, side))


def side_of(side: str, scene: Scene, tenant: Tenant) -> Member | None:
    """The member on a side of a rule; None where the action names nobody there."""
    if side == "doer":
        return scene.doer
    if side == "author":
        return scene.author
    token = scene.data.get(side)
    return None if token is None else tenant.members[token]


def asked(rule: BoundRule, gift: Gift, scene: Scene) -> int:
    """What a rule asks of an account for this action, factors included."""
    amount = gift[1]
    size = amount if isinstance(amount, int) else amount(scene.data)
    if rule.factors:
        size = rule.multiplied(size, scene)
    return max(-LARGEST, min(LARGEST, size))
