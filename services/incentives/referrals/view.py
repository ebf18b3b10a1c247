"""Who invited a member, whom the member invited, and what that has brought; now or of a past."""

from pydantic import BaseModel, Field

from services.incentives.policy import view as policies
from services.kit.projection.definition import Connection
from services.kit.projection.past import EVER, NOW, Past
from services.kit.runtime import clock, sql

Q = sql.load(__file__)
PREFIX = "referral:"


class Brought(BaseModel):
    """What one referral of the policy has brought of an account, what was undone less."""

    referral: str
    account: str
    granted: int


class Invitee(BaseModel):
    """A member who was invited."""

    member: int = Field(description="Token.")
    at: str


class Referrals(BaseModel):
    """A member among those who invite."""

    invited_by: int | None = Field(description="Token; null where nobody is known.")
    invited_at: str | None
    invited: int = Field(description="How many the member invited.")
    brought: list[Brought]
    rows: list[Invitee] = Field(description="Whom, the latest first.")
    next: tuple[int, int] | None = None


async def referrals(
    db: Connection,
    community: int,
    token: int,
    after: tuple[int, int] | None,
    limit: int,
    past: Past = NOW,
) -> Referrals:
    """Of a member; `after` is `next` of the page before."""
    words = await policies.words(db, community)
    mine = [word for word, name in words.names.items() if name.startswith(PREFIX)]
    place = (community, token, *past[:2])
    by = await db.fetchrow(Q.inviter, *place)
    found = await db.fetch(Q.invited, *place, *(after or (EVER, 0)), limit)
    brought = [
        Brought(
            referral=words.names[row["rule"]].removeprefix(PREFIX),
            account=words.names[row["account"]],
            granted=row["granted"],
        )
        for row in await db.fetch(Q.brought, *place, mine)
    ]
    last = found[-1] if len(found) == limit else None
    return Referrals(
        invited_by=by["inviter"] if by else None,
        invited_at=clock.rfc3339(by["at"]) if by else None,
        invited=await db.fetchval(Q.count, *place),
        brought=brought,
        rows=[Invitee(member=row["member"], at=clock.rfc3339(row["at"])) for row in found],
        next=(last["at"], last["member"]) if last else None,
    )
