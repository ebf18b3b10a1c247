"""Closing a period: who has become a star. Pure; the top of the board was loaded before."""

from collections.abc import Iterable
from typing import NamedTuple

from services.incentives.outcome import CameDue, Outcome
from services.incentives.policy.document import Incentives
from services.incentives.rewards.granting import grant_once
from services.incentives.stars.definition import Star
from services.incentives.stars.noting import remember
from services.incentives.stars.periods import Period, name_of
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event
from services.kit.runtime import clock

MOST_SHARED = 100
"""Stars of a period; a rank that would make more is shared by none."""


class Placed(NamedTuple):
    """A member at the top of a board."""

    member: int
    score: int
    rank: int


class Top(NamedTuple):
    """The top of a star's board, as the tables have it when its period closes."""

    name: str
    star: Star
    account: str
    placed: tuple[Placed, ...]


class Closing(NamedTuple):
    """A period that closes: when, of which community, and by which policy."""

    at: int
    period: Period
    span: tuple[int, int]
    policy: Incentives
    tops: tuple[Top, ...]


def chosen(top: Top) -> tuple[Placed, ...]:
    """Who is a star: all that were placed, but no rank that too many share."""
    placed = top.placed
    if len(placed) <= MOST_SHARED:
        return placed
    last = placed[MOST_SHARED].rank
    return tuple(each for each in placed if each.rank < last)


def close(closing: Closing, tenant: Tenant, outcome: Outcome, offset: int, day: int) -> None:
    """Award the stars of a period; `day` is the local day on which it closes."""
    cause = CameDue(closing.at, offset)
    for top in closing.tops:
        for placed in chosen(top):
            _award(top, placed, closing, tenant, outcome, (cause, day))


def _award(
    top: Top, placed: Placed, closing: Closing, tenant: Tenant, outcome: Outcome,
    when: tuple[CameDue, int],
) -> None:  # fmt: skip
    (index, first), (begins, ends), (cause, day) = closing.period, closing.span, when
    member, word = tenant.members[placed.member], tenant.words[f"star:{top.name}"]
    at, period = closing.at, name_of(closing.period)
    outcome.rows["star"].append(
        (
            tenant.key, index, word, first, placed.rank, cause.offset, member.token, at, begins,
            ends, placed.score, top.account,
        )
    )  # fmt: skip
    remember(member, word, tenant.words[top.account], closing.period)
    tenant.touch(member)
    data: dict[str, object] = {
        "member": member.token, "star": top.name, "period": period, "rank": placed.rank,
        "score": placed.score,
    }  # fmt: skip
    outcome.fact(tenant.key, "star.awarded", (top.name, member.token), at, data, cause)
    rewards = [*top.star.grants]
    if (badge := top.star.badge) is not None:
        rewards += closing.policy.badges[badge].grants
        _give_badge(badge, member.token, tenant, outcome, (at, cause))
    given = ((each, closing.policy.rewards[each]) for each in rewards)
    grant_once(given, f"star:{top.name}/{period}", member, (at, day), tenant, outcome, cause)


def _give_badge(
    badge: str, token: int, tenant: Tenant, outcome: Outcome, when: tuple[int, CameDue]
) -> None:
    member, word = tenant.members[token], tenant.words[f"badge:{badge}"]
    if word not in member.badges:
        member.badges.append(word)
        outcome.award(tenant.key, token, (word, badge), b"", *when)


def tell_corrections(
    corrections: Iterable[tuple[int, int, int, int]],
    tenant: Tenant,
    outcome: Outcome,
    when: tuple[int, Event | CameDue],
) -> None:
    """Enter what came late for stars, and tell; `when` is the time and the cause."""
    at, cause = when
    sums: dict[tuple[int, int, int], int] = {}
    for member, word, first, change in corrections:
        sums[member, word, first] = sums.get((member, word, first), 0) + change
    for (token, word, first), change in sums.items():
        if not change:
            continue
        row = (tenant.key, word, first, cause.offset, token, at, change)
        outcome.rows["star_correction"].append(row)
        name = tenant.words.names[word].removeprefix("star:")
        began = clock.as_date(first).isoformat()
        data: dict[str, object] = {
            "member": token, "star": name, "period_began": began, "change": change,
        }  # fmt: skip
        of = (f"{name}/{first}", token)
        outcome.fact(tenant.key, "star.corrected", of, at, data, cause)
