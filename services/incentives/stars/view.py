"""Stars: the history of a community by period, and those of members; now or of a past."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from services.incentives.policy import view as policies
from services.incentives.policy.document import Incentives
from services.incentives.stars.periods import Period, name_of, named
from services.incentives.state import Words
from services.kit.projection.definition import Connection
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock, sql

__all__ = ["StarOf", "StarView", "StarsPage", "named", "one", "page", "stars"]

Q = sql.load(__file__, "reading.sql")
FIRST = (-(2**62), 0, 0, -1)


class StarView(BaseModel):
    """A star that a member has become."""

    star: str
    title: Any = ""
    period: str = Field(description="2026-10, or 2026-W44.")
    from_: str = Field(serialization_alias="from")
    to: str
    rank: int
    score: int = Field(description="When the period was closed.")
    corrected: int = Field(
        default=0, description="What came after that and would have changed the score."
    )
    account: str
    at: str = Field(description="When the period was closed.")
    certificate: bool = Field(description="Whether it can be had as a certificate.")


class StarOf(StarView):
    """A star, and whose."""

    member: int = Field(description="Token.")
    position: int = Field(description="Of the record by whose time it was closed.")


class StarsPage(BaseModel):
    """A part of the history, the latest period first."""

    rows: list[StarOf]
    next: tuple[int, int, int, int] | None = None


async def stars(
    db: Connection,
    community: int,
    tokens: Sequence[int],
    read: tuple[Incentives, Words],
    past: Past,
) -> dict[int, list[StarView]]:
    """By member the stars, the latest first, of a past."""
    found: dict[int, list[StarView]] = {token: [] for token in tokens}
    rows = await db.fetch(Q.of_members, community, list(tokens), *past[:2])
    for row in await _told(db, community, rows, read, past):
        shown = row.model_dump(exclude={"member", "position"})
        found[row.member].append(StarView(**shown))
    return found


async def page(
    db: Connection,
    community: int,
    after: tuple[int, int, int, int] | None,
    limit: int,
    past: Past = NOW,
    *,
    star: str | None = None,
    period: Period | None = None,
) -> StarsPage:
    """A page of a community's stars; of one name, of one period."""
    policy, words = await policy_of(db, community)
    word = None if star is None else words.ids.get(f"star:{star}", 0)
    place = after or FIRST
    per, first = period or (None, None)
    rows = await db.fetch(Q.page, community, *past[:2], word, per, first, *place, limit)
    last = rows[-1] if len(rows) == limit else None
    return StarsPage(
        rows=await _told(db, community, rows, (policy, words), past),
        next=(-last["at"], last["star"], last["rank"], last["member"]) if last else None,
    )


async def one(
    db: Connection, community: int, star: str, period: Period, token: int
) -> StarOf | None:
    """A star that a member became; None where it did not."""
    policy, words = await policy_of(db, community)
    word = words.ids.get(f"star:{star}", 0)
    rows = await db.fetch(Q.one, community, word, *period, token)
    told = await _told(db, community, rows, (policy, words), NOW)
    return told[0] if told else None


async def policy_of(db: Connection, community: int) -> tuple[Incentives, Words]:
    """The latest policy of a community, and its words."""
    known = await policies.latest(db, community)
    return known.policy or Incentives(), await policies.words(db, community)


async def _told(
    db: Connection,
    community: int,
    rows: Sequence[Any],
    read: tuple[Incentives, Words],
    past: Past,
) -> list[StarOf]:
    if not rows:
        return []
    policy, words = read
    members = sorted({row["member"] for row in rows})
    changes = {
        (row["member"], row["star"], row["first"]): row["change"]
        for row in await db.fetch(Q.corrections, community, members, *past[:2])
    }
    return [_star(row, policy, words, changes) for row in rows]


def _star(
    row: Any, policy: Incentives, words: Words, changes: dict[tuple[int, int, int], int]
) -> StarOf:
    name = words.names[row["star"]].removeprefix("star:")
    star = policy.stars.get(name)
    return StarOf(
        star=name,
        title=(star.title if star else "") or name,
        period=name_of((row["per"], row["first"])),
        from_=clock.rfc3339(row["begins"]),
        to=clock.rfc3339(row["ends"]),
        rank=row["rank"],
        score=row["score"],
        corrected=changes.get((row["member"], row["star"], row["first"]), 0),
        account=row["account"],
        certificate=star is not None and star.certificate,
        at=clock.rfc3339(row["at"]),
        member=row["member"],
        position=row["offset"],
    )
