"""What is held: sums for the member's page, and the list that a reviewer works through."""

from collections.abc import Sequence

from pydantic import BaseModel, Field

from services.incentives.policy import view as policies
from services.incentives.state import Words
from services.kit.projection.definition import Connection
from services.kit.projection.past import EVER, NOW, Past
from services.kit.runtime import clock, sql

Q = sql.load(__file__)


class Pending(BaseModel):
    """An entry that is held and does not count yet."""

    entry: str = Field(description="Its name, for a decision.")
    member: int = Field(description="Token.")
    account: str
    rule: str
    amount: int
    guard: str = Field(description="What holds it: pair-share, ring, burst.")
    giver: int | None = Field(description="Token of the member whose action it was.")
    ring: list[int] = Field(description="Tokens of the others of a circle, member and giver apart.")
    at: str
    due: str = Field(description="When it passes by itself.")
    position: int = Field(description="Of the event.")


class PendingPage(BaseModel):
    """Held entries, the latest first."""

    rows: list[Pending]
    next: tuple[int, int] | None = None


async def points(
    db: Connection, community: int, tokens: Sequence[int], words: Words, past: Past
) -> dict[int, int]:
    """By member the points that are held, of a past."""
    account = words.ids.get("points", 0)
    rows = await db.fetch(Q.amounts, community, list(tokens), account, *past[:2])
    return {row["member"]: row["amount"] for row in rows}


async def page(
    db: Connection,
    community: int,
    token: int | None,
    after: tuple[int, int] | None,
    limit: int,
    past: Past = NOW,
) -> PendingPage:
    """A page of what is held; `after` is `next` of the page before."""
    names = (await policies.words(db, community)).names
    place = after or (EVER, 0)
    found = await db.fetch(Q.page, community, token, *past[:2], *place, limit)
    last = found[-1] if len(found) == limit else None
    rows = [
        Pending(
            entry=row["name"],
            member=row["member"],
            account=names[row["account"]],
            rule=names[row["rule"]],
            amount=row["asked"],
            guard=names[row["guard"]].partition(":")[2],
            giver=row["giver"],
            ring=row["between"],
            at=clock.rfc3339(row["at"]),
            due=clock.rfc3339(row["due"]),
            position=row["about_offset"],
        )
        for row in found
    ]
    return PendingPage(rows=rows, next=(last["about_offset"], last["about_n"]) if last else None)
