"""The change of levels after an action, and as days pass."""

from services.incentives.levels.bound import BoundLadder
from services.incentives.outcome import DayBegan, Outcome
from services.incentives.state import Member
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event


def climb(
    ladders: list[BoundLadder],
    member: Member,
    when: tuple[int, int],
    tenant: Tenant,
    outcome: Outcome,
    cause: Event | DayBegan,
) -> None:
    """Put a member on the rungs whose demands hold; `when` is the instant and its local day."""
    at, day = when
    for ladder in ladders:
        before = member.ranks.get(ladder.word, 0)
        after = ladder.rank(member, day)
        if after < before and not ladder.may_fall(member, day):
            tenant.touch(member)
            tenant.falling.append(member)
            continue
        if after >= before:
            member.failing.pop(ladder.word, None)
        if after != before:
            member.ranks[ladder.word] = after
            member.failing.pop(ladder.word, None)
            tenant.touch(member)
            change = (ladder.word, ladder.name, before, after)
            outcome.level(tenant.key, member, change, at, cause)
        if ladder.falls and member.ranks.get(ladder.word, 0) > 0:
            tenant.falling.append(member)
