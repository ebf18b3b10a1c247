"""The change of levels after an action, and as days pass."""

from services.incentives.levels.bound import HIGHEST, BoundLadder
from services.incentives.levels.need import Ground
from services.incentives.outcome import Cause, Outcome
from services.incentives.policy.bind import Bound
from services.incentives.rewards.granting import grant_once
from services.incentives.state import SHUT, Balance, Member
from services.incentives.tenant import Tenant
from services.kit.runtime import clock


def climb(
    ladders: list[BoundLadder],
    member: Member,
    when: tuple[int, int],
    tenant: Tenant,
    outcome: Outcome,
    cause: Cause,
) -> None:
    """Put a member on the rungs whose demands hold; `when` is the instant and its local day."""
    at, day = when
    day = member.newest(day)  # what is late is judged as of now, and so takes no level away
    ground = Ground(member, day, max(at, (day - 1) * clock.DAY), tenant.words, tenant.totals)
    for ladder in ladders:
        before = member.ranks.get(ladder.word, 0)
        after = ladder.rank(ground)
        if after < before and not ladder.may_fall(member, day):
            tenant.touch(member)
            tenant.falling.append(member)
            continue
        if after >= before:
            ladder.holds(member, day)
        if after != before:
            after = ladder.landing(before, after) if after < before else after
            member.ranks[ladder.word] = after
            if after < before:
                ladder.landed(member, day)
            else:
                member.failing.pop(ladder.word, None)
            ladder.reached(member, after, day)
            tenant.touch(member)
            change = (ladder.word, ladder.name, before, after)
            outcome.level(tenant.key, member, change, at, cause)
            for rank in range(before + 1, after + 1):
                reason = f"level:{ladder.name}/{ladder.levels[rank].name}"
                grant_once(ladder.grants[rank], reason, member, when, tenant, outcome, cause)
        if ladder.falls and member.ranks.get(ladder.word, 0) > 0:
            tenant.falling.append(member)


def shut_gates(member: Member, balance: Balance, bound: Bound) -> None:
    """After `climb`: note up to where the account may grow without another look."""
    if member.gated is not bound:
        member.gated = bound
        for each in member.accounts.values():
            each.gate = SHUT
    gates = [ladder.gate(member) for ladder in bound.ladders if ladder.account == balance.account]
    balance.gate = min(gates, default=HIGHEST)
