"""The growth report of a member: what a month brought, and what the month before it had."""

from typing import Any, NamedTuple

from pydantic import BaseModel, Field

from services.incentives.calendar import span_of, windows_of
from services.incentives.policy import view as policies
from services.incentives.policy.document import Incentives
from services.incentives.state import Member, Words
from services.kit.communities.timeline import Community
from services.kit.projection.definition import Connection
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock, sql

Q = sql.load(__file__)
MONTH = 2
"""Index of the month among `windows_of`."""


class Reason(BaseModel):
    """What one rule gave in the month, taken back what was undone."""

    rule: str
    title: Any = ""
    granted: int
    times: int = Field(description="How often it gave something.")


class AccountReport(BaseModel):
    """One account in the month."""

    account: str
    title: Any = ""
    began: int
    ended: int
    gained: int
    lost: int
    before: int = Field(description="The change in the month before.")
    by_rule: list[Reason]


class Step(BaseModel):
    """A change of level."""

    at: str
    ladder: str
    from_: str = Field(serialization_alias="from")
    to: str


class Honour(BaseModel):
    """A badge that was earned."""

    at: str
    badge: str
    title: Any = ""


class GrowthReport(BaseModel):
    """A member's month, in the community's own days."""

    month: str
    from_: str = Field(serialization_alias="from")
    to: str
    closed: bool = Field(description="Whether the month is over.")
    active_days: int | None = Field(description="Null of what was known at a position.")
    active_days_before: int | None = Field(description="In the month before.")
    accounts: list[AccountReport]
    levels: list[Step]
    badges: list[Honour]


class _Asked(NamedTuple):
    community: int
    member: int
    policy: Incentives
    words: Words
    past: Past


async def growth(
    db: Connection, community: int, token: int, month: int, now: int, past: Past = NOW
) -> GrowthReport | None:
    """The report of the month that begins with the local day `month`; None for a stranger."""
    row = await db.fetchrow(Q.member, community, token)
    if row is None or row["since"] > past.at or row["since_offset"] > past.position:
        return None
    known = await policies.community(db, community)
    version = policies.current(known)
    policy = version.compiled if version else Incentives()
    asked = _Asked(community, token, policy, await policies.words(db, community), past)
    span, earlier = _span(month, known, past), _span(clock.month_of(month - 1), known, past)
    state = Member(token, row["since"], row["since_offset"])
    state.unpack(row["state"])
    whole = span_of(windows_of(month), MONTH, known.zone_at(month * clock.DAY))
    return GrowthReport(
        month=clock.as_date(month).isoformat()[:7],
        from_=clock.rfc3339(whole[0]),
        to=clock.rfc3339(whole[1]),
        closed=past.moment(now) >= whole[1],
        active_days=_active(state, month, known, past),
        active_days_before=_active(state, clock.month_of(month - 1), known, past),
        accounts=await _accounts(db, asked, span, earlier),
        levels=await _levels(db, asked, span),
        badges=await _badges(db, asked, span),
    )


def _span(month: int, known: Community[Incentives], past: Past) -> tuple[int, int]:
    """Begin and end of a month as instants, cut off where the past ends."""
    begin, end = span_of(windows_of(month), MONTH, known.zone_at(month * clock.DAY))
    return begin, min(end, past.at + 1)


def _active(state: Member, month: int, known: Community[Incentives], past: Past) -> int | None:
    """Days of a month on which the member acted; who heard of a day when is not kept."""
    if past.position != NOW.position:
        return None
    following = clock.month_of(month + 31)
    if past.at != NOW.at:
        following = min(following, clock.local_day(past.at, known.zone_at(past.at)) + 1)
    return state.days_since(month - 1) - state.days_since(max(following, month) - 1)


async def _accounts(
    db: Connection, asked: _Asked, span: tuple[int, int], earlier: tuple[int, int]
) -> list[AccountReport]:
    place, position = (asked.community, asked.member), asked.past.position
    began = await _stood(db, asked, span[0])
    then = await _stood(db, asked, earlier[0])
    reasons: dict[int, list[Any]] = {}
    for row in await db.fetch(Q.by_rule, *place, *span, position):
        reasons.setdefault(row["account"], []).append(row)
    titles = {rule.name: rule.title for rule in asked.policy.points}
    found = []
    for name, account in asked.policy.accounts.items():
        word = asked.words.ids.get(name, 0)
        rows, first = reasons.get(word, []), began.get(word, 0)
        found.append(
            AccountReport(
                account=name,
                title=account.title,
                began=first,
                ended=first + sum(row["granted"] for row in rows),
                gained=sum(row["granted"] for row in rows if row["granted"] > 0),
                lost=-sum(row["granted"] for row in rows if row["granted"] < 0),
                before=first - then.get(word, 0),
                by_rule=[_reason(row, asked.words, titles) for row in rows],
            )
        )
    return found


async def _stood(db: Connection, asked: _Asked, at: int) -> dict[int, int]:
    """What each account had just before an instant."""
    place = (asked.community, asked.member)
    rows = await db.fetch(Q.before, *place, at, asked.past.position)
    return {row["account"]: row["value"] for row in rows}


def _reason(row: Any, words: Words, titles: dict[str, Any]) -> Reason:
    rule = words.names[row["rule"]]
    return Reason(rule=rule, title=titles.get(rule, ""), granted=row["granted"], times=row["times"])


async def _levels(db: Connection, asked: _Asked, span: tuple[int, int]) -> list[Step]:
    past = asked.past
    rows = await db.fetch(Q.levels, asked.community, asked.member, *span, past.position, past.seen)
    return [
        Step(
            at=clock.rfc3339(row["at"]),
            ladder=(ladder := asked.words.names[row["ladder"]].removeprefix("ladder:")),
            from_=_rung(asked.policy, ladder, row["was"]),
            to=_rung(asked.policy, ladder, row["rank"]),
        )
        for row in rows
    ]


def _rung(policy: Incentives, ladder: str, rank: int) -> str:
    """The name of a rung; its number where today's policy has no such rung."""
    levels = policy.ladders[ladder].levels if ladder in policy.ladders else ()
    return levels[rank].name if rank < len(levels) else str(rank + 1)


async def _badges(db: Connection, asked: _Asked, span: tuple[int, int]) -> list[Honour]:
    rows = await db.fetch(Q.awards, asked.community, asked.member, *span, asked.past.position)
    found = []
    for row in rows:
        name = asked.words.names[row["badge"]].removeprefix("badge:")
        badge = asked.policy.badges.get(name)
        title = badge.title if badge else name
        found.append(Honour(at=clock.rfc3339(row["at"]), badge=name, title=title))
    return found
