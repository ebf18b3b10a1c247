"""What a draft of a policy makes of a community, beside what it has: totals, and each member."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import msgspec
from pydantic import BaseModel, Field

from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)


class Both(BaseModel):
    """One number live, and as the draft has it."""

    live: int
    draft: int


class Moves(BaseModel):
    """Members who have more under the draft, and less."""

    up: int
    down: int


class Change(BaseModel):
    """A member of whom something differs."""

    member: int = Field(description="Token.")
    accounts: dict[str, Both] = Field(description="Each account, also where it stays.")
    levels: dict[str, Both] = Field(description="Of each ladder the rank, from 1.")
    badges: dict[str, Both] = Field(description="How many, of those badges that differ.")


class Redeemed(BaseModel):
    """Redemptions of a reward, all of them in the past."""

    made: int
    unaffordable: int = Field(
        description="Where the draft would have given too little by then: it was handed over, and"
        " nothing fails; what is missing is a debt in what is compared."
    )


class Totals(BaseModel):
    """Counts of members, but for the badges and the accounts' sums."""

    members: int
    levelled: int = Field(description="Above the first level of a ladder, and so with one to lose.")
    affected: int
    gaining: int = Field(description="Something more, nothing less.")
    losing: int = Field(description="Something less, nothing more.")
    mixed: int = Field(description="Some of both.")
    levels_up: int = Field(description="Members.")
    levels_down: int = Field(description="Members.")
    badges_won: int = Field(description="Badges.")
    badges_lost: int = Field(description="Badges.")
    accounts: dict[str, Both] = Field(description="What all members have together.")
    ladders: dict[str, Moves]
    badges: dict[str, Moves]
    rewards: dict[str, Redeemed] = Field(default={}, description="Those that were redeemed.")


@dataclass(frozen=True, slots=True)
class Comparison:
    """A finished preview; its rows can be read while its scratch tables stand.

    `position` is the last one that both sides have folded, `raised` counts the actions that the
    draft's rules could not be applied to.
    """

    totals: Totals
    position: int
    raised: int
    db: Connection

    async def changes(self, limit: int | None = None) -> AsyncIterator[Change]:
        """The members of whom something differs, the largest change first."""
        async with self.db.transaction():
            async for row in self.db.cursor(Q.changes, limit, prefetch=1000):
                yield _change(row["member"], row["has"])


_Has = list[tuple[int, str, int, int]]


def _change(member: int, has: str) -> Change:
    parts: tuple[dict[str, Both], ...] = ({}, {}, {})
    for what, name, live, draft in msgspec.json.decode(has, type=_Has):
        parts[what][name] = Both(live=live, draft=draft)
    return Change(member=member, accounts=parts[0], levels=parts[1], badges=parts[2])


async def totals(db: Connection, community: int, members: int) -> Totals:
    """Of what was compared. `members` are all that are known."""
    row = await db.fetchrow(Q.totals)
    parts: tuple[dict[str, Any], ...] = ({}, {}, {})
    for part in await db.fetch(Q.parts):
        shown = Moves(up=part["up"], down=part["down"])
        both = Both(live=part["live"], draft=part["draft"])
        parts[part["what"]][part["name"]] = shown if part["what"] else both
    counts = dict(row.items()) if row is not None else {}
    rewards = {
        row["name"].removeprefix("reward:"): Redeemed(
            made=row["made"], unaffordable=row["unaffordable"]
        )
        for row in await db.fetch(Q.redemptions, community)
    }
    return Totals(
        members=members,
        **counts,
        mixed=counts["affected"] - counts["gaining"] - counts["losing"],
        accounts=parts[0],
        ladders=parts[1],
        badges=parts[2],
        rewards=rewards,
    )
