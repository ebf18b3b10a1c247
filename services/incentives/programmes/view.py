"""Programmes for super users as they are read: who is in, who is to leave, what share they have."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic import BaseModel, Field

from services.incentives.policy import view as policies
from services.incentives.superusers.definition import Programme, SuperUsers
from services.incentives.superusers.figures import (
    Sample,
    Share,
    Sums,
    after,
    before,
    full_months,
    judged,
    share,
)
from services.kit.communities.timeline import Community
from services.kit.projection.definition import Connection
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock, sql

Q = sql.load(__file__)
LONGEST = 36
"""Full months that are looked back on."""


class Enrolled(NamedTuple):
    """A member of a programme, and since when."""

    member: int
    programme: str
    adviser: int | None
    since: int


class ShareView(BaseModel):
    """What some members paid of all that was paid, over full months."""

    months: int = Field(description="How many have passed, of those the policy looks at.")
    own: int
    total: int
    share: float | None = Field(description="Null where nothing was paid, or no month has passed.")


class InProgramme(BaseModel):
    """A member of a programme."""

    member: int = Field(description="Token.")
    since: str
    adviser: int | None = Field(description="Token.")
    before: ShareView = Field(description="In the full months before the enrolment's.")
    after: ShareView = Field(description="In the full months after it.")
    leaves: bool | None = Field(description="By the exit rule; null where it cannot be said.")
    why: str


class ProgrammeView(BaseModel):
    """A programme of the policy: its members together."""

    programme: str
    title: Any = ""
    members: int
    since: str | None = Field(description="The first enrolment of those who are in it.")
    before: ShareView | None = Field(description="Before the month of that; null with nobody in.")
    after: ShareView | None


class InsidePage(BaseModel):
    """Members of a programme, the earliest first."""

    rows: list[InProgramme]
    next: int | None = Field(description="How many come before the next page.")


async def enrolled_in(
    db: Connection, community: int, programme: str | None, past: Past = NOW
) -> list[Enrolled]:
    """Who is in a programme, or in any, the earliest first."""
    rows = await db.fetch(Q.enrolled, community, programme, *past[:2])
    return [Enrolled(*(row[name] for name in Enrolled._fields)) for row in rows]


async def programmes(
    db: Connection, community: int, now: int, past: Past = NOW
) -> list[ProgrammeView]:
    """The programmes of the policy; none where it has none."""
    on = await _ground(db, community, now, past)
    inside: dict[str, list[Enrolled]] = defaultdict(list)
    for each in await enrolled_in(db, community, None, past):
        inside[each.programme].append(each)
    everybody = sorted({each.member for found in inside.values() for each in found})
    sums = await _sums(db, community, on, everybody, past)
    return [
        _programme(name, programme, inside[name], on, sums)
        for name, programme in on.asked.programmes.items()
    ]


async def inside(
    db: Connection,
    community: int,
    programme: str,
    now: int,
    page: tuple[int, int],
    past: Past = NOW,
) -> InsidePage:
    """`page` is how many to skip, and how many to show. Raises LookupError for a programme there
    is not."""
    on = await _ground(db, community, now, past)
    if programme not in on.asked.programmes:
        there = ", ".join(on.asked.programmes) or "none"
        raise LookupError(f"no programme {programme!r}; there are {there}")
    (skip, limit), everybody = page, await enrolled_in(db, community, programme, past)
    shown = everybody[skip : skip + limit]
    sums = await _sums(db, community, on, [each.member for each in shown], past)
    return InsidePage(
        rows=[_inside(each, on.asked.programmes[programme], on, sums) for each in shown],
        next=skip + limit if len(everybody) > skip + limit else None,
    )


class _Ground(NamedTuple):
    asked: SuperUsers
    known: Community[Any]
    moment: int

    def day(self, at: int) -> int:
        return clock.local_day(at, self.known.zone_at(at))


async def _ground(db: Connection, community: int, now: int, past: Past) -> _Ground:
    known = await policies.community(db, community)
    version = policies.current(known)
    asked = version.compiled.super_users if version else None
    return _Ground(asked or SuperUsers(), known, past.moment(now))


async def _sums(
    db: Connection, community: int, on: _Ground, members: Sequence[int], past: Past
) -> Sums:
    day, zone = on.day(on.moment), on.known.zone_at(on.moment)
    months = full_months(day, LONGEST, zone)
    everybody: dict[int, Sample] = {}
    own: dict[int, dict[int, int]] = defaultdict(dict)
    span = (months.starts, months.end, past.at, past.position)
    for row in await db.fetch(Q.months, community, *span, list(members)):
        month = months.days[row["month"] - 1]
        if row["member"] is None:
            everybody[month] = Sample(row["payers"], row["value"])
        else:
            own[row["member"]][month] = row["value"]
    return Sums(months.days, everybody, own)


def _programme(
    name: str, programme: Programme, found: Sequence[Enrolled], on: _Ground, sums: Sums
) -> ProgrammeView:
    view = ProgrammeView(
        programme=name,
        title=programme.title,
        members=len(found),
        since=None,
        before=None,
        after=None,
    )
    if found:
        first, members = found[0].since, [each.member for each in found]
        view.since = clock.rfc3339(first)
        view.before, view.after = _both(members, first, on, sums)
    return view


def _both(
    members: Sequence[int], since: int, on: _Ground, sums: Sums
) -> tuple[ShareView, ShareView]:
    day, count = on.day(since), on.asked.months
    return (
        _share(share(members, before(day, count, sums), sums)),
        _share(share(members, after(day, count, sums), sums)),
    )


def _share(found: Share) -> ShareView:
    return ShareView(months=found.months, own=found.own, total=found.total, share=found.value)


def _inside(each: Enrolled, programme: Programme, on: _Ground, sums: Sums) -> InProgramme:
    earlier, later = _both([each.member], each.since, on, sums)
    leaves, why = None, "the programme has no exit rule"
    if programme.exit is not None:
        day = on.day(each.since)
        leaves, why = judged(programme.exit, each.member, day, on.asked.payers, sums)
    return InProgramme(
        member=each.member,
        since=clock.rfc3339(each.since),
        adviser=each.adviser,
        before=earlier,
        after=later,
        leaves=leaves,
        why=why,
    )
