"""Terms of roles as they are read, each with what it brought."""

from typing import Any, NamedTuple

from pydantic import BaseModel, Field

from services.incentives.members.roles import FOR_EVER
from services.incentives.policy import view as policies
from services.incentives.policy.document import Incentives
from services.incentives.terms.feature import BEGAN, ENDED, PLANNED, Why
from services.kit.projection.definition import Connection
from services.kit.projection.past import EVER, NOW, Past
from services.kit.runtime import clock, sql

Q = sql.load(__file__)
STATES = {"planned": PLANNED, "open": BEGAN, "ended": ENDED}
_NAMES = {number: name for name, number in STATES.items()}


class TermView(BaseModel):
    """A term of a role."""

    member: int = Field(description="Token.")
    term: int = Field(description="Counts the terms of the member.")
    role: str
    title: Any = ""
    space: str | None = Field(description="Of which space, where the appointment says.")
    state: str = Field(description="planned, open or ended.")
    begins: str
    ends: str | None = Field(description="Null where it is open.")
    because: str | None = Field(description="Of an end: over, given_back, replaced, left.")


class TermsPage(BaseModel):
    """Terms, the latest beginning first."""

    rows: list[TermView]
    next: tuple[int, int, int] | None = None


class Earned(BaseModel):
    """One account during a term."""

    account: str
    own: int = Field(description="What the member's own changed by.")
    everybody: int = Field(description="What the accounts of all members changed by.")
    members: int = Field(description="Of how many members it changed.")


class Brought(BaseModel):
    """A term with what was earned while it lasted."""

    term: TermView
    from_: str = Field(serialization_alias="from")
    to: str = Field(description="The end, or how far the past goes that was asked for.")
    closed: bool
    accounts: list[Earned]
    newcomers: int = Field(description="Members that were first heard of.")


class Asked(NamedTuple):
    """Which terms are wanted; None asks for all."""

    member: int | None = None
    role: str | None = None
    state: str | None = None
    after: tuple[int, int, int] | None = None
    """`next` of the page before."""
    limit: int = 50


async def terms(db: Connection, community: int, asked: Asked, past: Past = NOW) -> TermsPage:
    """A page of terms. Raises ValueError for a state there is not."""
    if asked.state is not None and asked.state not in STATES:
        raise ValueError(f"no state {asked.state!r}; there are {', '.join(STATES)}")
    state = None if asked.state is None else STATES[asked.state]
    place = asked.after or (EVER, EVER, 0)
    which = (asked.member, asked.role, state)
    rows = await db.fetch(Q.page, community, *which, *past[:2], *place, asked.limit)
    policy = await _policy(db, community)
    last = rows[-1] if len(rows) == asked.limit else None
    return TermsPage(
        rows=[_view(row, policy) for row in rows],
        next=None if last is None else (last["begins"], last["member"], last["n"]),
    )


async def brought(
    db: Connection, community: int, token: int, term: int, now: int, past: Past = NOW
) -> Brought | None:
    """A term with what it brought; None where the member has no such."""
    row = await db.fetchrow(Q.one, community, token, term, *past[:2])
    if row is None:
        return None
    policy, moment = await _policy(db, community), past.moment(now)
    begin = row["begins"]
    end = max(begin, min(row["ends"], moment + 1))
    span, position = (begin, end), past.position
    words = await policies.words(db, community)
    own = {
        r["account"]: r["granted"] for r in await db.fetch(Q.own, community, token, *span, position)
    }
    all_ = {r["account"]: r for r in await db.fetch(Q.everybody, community, *span, position)}
    accounts = []
    for name in policy.accounts:
        word = words.ids.get(name, 0)
        sums = all_.get(word)
        accounts.append(
            Earned(
                account=name,
                own=own.get(word, 0),
                everybody=sums["granted"] if sums else 0,
                members=sums["members"] if sums else 0,
            )
        )
    return Brought(
        term=_view(row, policy),
        from_=clock.rfc3339(begin),
        to=clock.rfc3339(min(row["ends"], max(begin, moment))),
        closed=row["what"] == ENDED,
        accounts=accounts,
        newcomers=await db.fetchval(Q.arrived, community, *span, position),
    )


async def _policy(db: Connection, community: int) -> Incentives:
    version = policies.current(await policies.community(db, community))
    return version.compiled if version else Incentives()


def _view(row: Any, policy: Incentives) -> TermView:
    role = policy.roles.get(row["role"])
    return TermView(
        member=row["member"],
        term=row["n"],
        role=row["role"],
        title=role.title if role else "",
        space=row["space"],
        state=_NAMES[row["what"]],
        begins=clock.rfc3339(row["begins"]),
        ends=None if row["ends"] == FOR_EVER else clock.rfc3339(row["ends"]),
        because=Why(row["why"]).name.lower() if row["why"] else None,
    )
