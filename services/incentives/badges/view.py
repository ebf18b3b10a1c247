"""One badge of a member, for what certifies it."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from services.incentives.policy import view as policies
from services.incentives.policy.document import Incentives
from services.kit.projection.definition import Connection
from services.kit.runtime import clock, sql

Q = sql.load(__file__)


class Held(BaseModel):
    """A badge that a member was awarded."""

    badge: str
    title: Any = ""
    description: Any = ""
    class_: str = ""
    at: str = Field(description="When first, of what counts.")
    times: int
    revoked: str | None = Field(description="When it was taken away, where nothing is left of it.")
    certificate: bool
    position: int = Field(description="Of the first award that counts, in the log; -1: none does.")


async def held(db: Connection, community: int, badge: str, token: int) -> Held | None:
    """A badge of a member; None where it was never awarded."""
    policy = (await policies.latest(db, community)).policy or Incentives()
    words = await policies.words(db, community)
    row = await db.fetchrow(Q.held, community, words.ids.get(f"badge:{badge}", 0), token)
    if row is None or not row["times"]:
        return None
    known = policy.badges.get(badge)
    return Held(
        badge=badge,
        title=(known.title if known else "") or badge,
        description=known.description if known else "",
        class_=known.class_ if known else "",
        at=clock.rfc3339(row["first"] if row["gone"] else row["since"]),
        times=row["times"],
        revoked=clock.rfc3339(row["revoked"]) if row["gone"] else None,
        certificate=known is not None and known.certificate,
        position=-1 if row["gone"] else row["position"],
    )


Claim = tuple[str, int, int]
"""A badge, a member's token, and the position of the award."""


async def standing(db: Connection, community: int, claims: Sequence[Claim]) -> set[Claim]:
    """Which of some awards were not taken away."""
    names = [f"badge:{badge}" for badge, _, _ in claims]
    members, positions = [claim[1] for claim in claims], [claim[2] for claim in claims]
    rows = await db.fetch(Q.standing, community, names, members, positions)
    return {(row["name"].removeprefix("badge:"), row["member"], row["position"]) for row in rows}
