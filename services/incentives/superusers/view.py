"""Super users as they are read: candidates with their reasons, and what programmes changed."""

from typing import NamedTuple

from pydantic import BaseModel, Field

from services.incentives.policy import view as policies
from services.incentives.programmes.view import enrolled_in
from services.incentives.superusers.definition import SuperUsers
from services.incentives.superusers.figures import Months, Sample, bounds, full_months
from services.kit.projection.definition import Connection
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock, sql

Q = sql.load(__file__)


class Reason(BaseModel):
    """Why a member is a candidate."""

    kind: str = Field(description="spender, top, or leader.")
    value: float = Field(description="Own mean by the mean per payer; place; responders.")
    threshold: float


class Candidate(BaseModel):
    """A member to look at."""

    member: int = Field(description="Token.")
    gmv: int | None = Field(
        description="Of the months, in minor units, less what was paid back; null where the member"
        " is no candidate by it."
    )
    responders: int | None = Field(description="Null below the policy's bound.")
    reasons: list[Reason]
    programmes: list[str] = Field(description="In which the member is already.")


class Candidates(BaseModel):
    """Who stands out in the last full months, the most GMV first."""

    from_: str = Field(serialization_alias="from")
    to: str
    currency: str
    payers: int
    gmv: int
    mean: float | None = Field(description="GMV per payer and month; null with too few payers.")
    reason: str | None = Field(description="sample_too_small: spenders are not judged.")
    rows: list[Candidate]
    next: int | None = Field(default=None, description="How many come before the next page.")


class Ground(NamedTuple):
    """What a reading of super users begins with."""

    asked: SuperUsers
    day: int
    """The local day of the moment asked about."""
    moment: int
    months: Months


async def ground(
    db: Connection, community: int, now: int, past: Past, count: int | None = None
) -> Ground:
    """Raises LookupError where the policy says nothing of super users."""
    known = await policies.community(db, community)
    version = policies.current(known)
    asked = version.compiled.super_users if version else None
    if asked is None:
        raise LookupError("the policy has no section super_users")
    moment = past.moment(now)
    zone = known.zone_at(moment)
    day = clock.local_day(moment, zone)
    return Ground(asked, day, moment, full_months(day, count or asked.months, zone))


async def candidates(
    db: Connection, community: int, now: int, skip: int, limit: int, past: Past = NOW
) -> Candidates:
    """A page of candidates, from the one after `skip`. Raises LookupError without a section."""
    on = await ground(db, community, now, past)
    asked, months = on.asked, on.months
    span = (months.starts[0], months.end, past.at, past.position)
    row = await db.fetchrow(Q.payers, community, *span)
    sample = Sample(row["payers"], row["total"]) if row else Sample(0, 0)
    enough = sample.payers >= asked.payers
    found: dict[int, Candidate] = {}
    if enough:
        await _spenders(db, community, on, sample, span, found)
    await _leaders(db, community, on, past, found)
    for each in await enrolled_in(db, community, None, past):
        if each.member in found:
            found[each.member].programmes.append(each.programme)
    rows = sorted(found.values(), key=lambda e: (-(e.gmv or 0), -(e.responders or 0), e.member))
    mean = sample.total / sample.payers / len(months.days) if enough else None
    return Candidates(
        from_=clock.rfc3339(months.starts[0]),
        to=clock.rfc3339(months.end),
        currency=asked.currency,
        payers=sample.payers,
        gmv=sample.total,
        mean=mean,
        reason=None if enough else "sample_too_small",
        rows=rows[skip : skip + limit],
        next=skip + limit if len(rows) > skip + limit else None,
    )


async def _spenders(
    db: Connection,
    community: int,
    on: Ground,
    sample: Sample,
    span: tuple[int, int, int, int],
    found: dict[int, Candidate],
) -> None:
    above, places = bounds(on.asked, sample)
    for row in await db.fetch(Q.spenders, community, *span, above, places):
        value, reasons = row["value"], []
        if value > above:
            times = value * sample.payers / sample.total
            reasons.append(Reason(kind="spender", value=times, threshold=on.asked.times))
        if row["place"] <= places:
            reasons.append(Reason(kind="top", value=row["place"], threshold=places))
        found[row["member"]] = _candidate(row["member"], value, reasons)


async def _leaders(
    db: Connection, community: int, on: Ground, past: Past, found: dict[int, Candidate]
) -> None:
    leaders = on.asked.leaders
    if leaders is None:
        return
    begin = on.moment - leaders.days * clock.DAY
    span = (begin, on.moment + 1, past.position, leaders.responders)
    for row in await db.fetch(Q.leaders, community, *span):
        member = found.setdefault(row["author"], _candidate(row["author"], None, []))
        member.responders = row["responders"]
        reason = Reason(kind="leader", value=row["responders"], threshold=leaders.responders)
        member.reasons.append(reason)


def _candidate(member: int, gmv: int | None, reasons: list[Reason]) -> Candidate:
    return Candidate(member=member, gmv=gmv, responders=None, reasons=reasons, programmes=[])
