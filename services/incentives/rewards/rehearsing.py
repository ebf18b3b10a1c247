"""Redemptions in a policy that is played in memory: decided there and then. Pure."""

from services.incentives.points.lots import lots_of, owed
from services.incentives.policy.document import Incentives
from services.incentives.rewards.deciding import Standing, debt, refusal, spendable
from services.incentives.rewards.definition import Reward
from services.incentives.rewards.redemption import State
from services.incentives.state import Member
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event
from services.kit.runtime import clock


def decided(event: Event, tenant: Tenant, policy: Incentives, day: int) -> bool:
    """Whether a redemption is allowed; its data then say what it costs. One that says so itself
    was decided elsewhere."""
    name, token = event.data.get("reward"), event.member
    reward = policy.rewards.get(str(name))
    if "costs" in event.data or "cost" in event.data:
        return True
    if reward is None or token is None:
        return False
    standing = _standing(tenant.members[token], str(name), tenant, policy, day)
    if refusal(reward, standing, event.time) is not None:
        return False
    event.data["costs"] = dict(reward.cost)
    _say_until(event, reward, day)
    return True


def _say_until(event: Event, reward: Reward, day: int) -> None:
    last = reward.last_day(day)
    if last is not None:
        event.data["valid_until"] = clock.as_date(last).isoformat()


def _standing(
    member: Member, reward: str, tenant: Tenant, policy: Incentives, day: int
) -> Standing:
    ids = tenant.words.ids
    available, debts = {}, {}
    for name, account in policy.accounts.items():
        word = ids.get(name, 0)
        found = member.accounts.get(word)
        balance = 0 if found is None else found.balance
        gone = sum(size for on, size in lots_of(member, word) if on <= day)
        available[name] = spendable(balance, account.floor, gone, 0)
        owing = debt(balance, account.floor, owed(member, word))
        if owing:
            debts[name] = owing
    ladder = next((ids.get(f"ladder:{name}", 0) for name in policy.ladders), 0)
    word = ids.get(f"reward:{reward}", 0)
    own = [
        each
        for each in tenant.shelf.redemptions.values()
        if each.member == member.token and each.reward == word and each.bought
    ]
    held = sum(each.state is not State.CANCELLED for each in own)
    rank, taken = member.ranks.get(ladder, 0) + 1, tenant.shelf.taken.get(word, 0)
    return Standing(available, debts, rank, taken, held)
