"""Orders that were given: each with what it took, and of whom."""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

import msgspec
from pydantic import BaseModel, Field

from services.kit.projection.definition import Connection
from services.kit.runtime import clock, sql

Q = sql.load(__file__)


class ReversalView(BaseModel):
    """An order."""

    reversal: str
    state: str = Field(description="standing, partly undone, undone.")
    at: str
    position: int = Field(description="Of its first part.")
    undone_at: str | None
    members: int
    entries: int
    accounts: dict[str, int] = Field(description="What members have more by it now, or less.")
    rules: list[str] | None
    from_: str = Field(serialization_alias="from")
    to: str | None
    known_at: int = Field(description="Position up to which actions were looked at.")
    reason: str | None
    by: str | None


class Orders(BaseModel):
    """Orders, the latest first."""

    rows: list[ReversalView]
    next: int | None = None


class OfMember(BaseModel):
    """What an order has left with a member: below 0 what it took."""

    member: int = Field(description="Token.")
    accounts: dict[str, int]


class Members(BaseModel):
    """Members that an order reached, by token."""

    rows: list[OfMember]
    next: int | None = None


async def orders(db: Connection, community: int, before: int, limit: int) -> Orders:
    """Those whose first part stands before a position."""
    found = await _shown(db, community, await db.fetch(Q.orders, community, None, before, limit))
    return Orders(rows=found, next=found[-1].position if len(found) == limit else None)


async def order(db: Connection, community: int, name: str) -> ReversalView:
    """One. Raises LookupError."""
    found = await _shown(db, community, await db.fetch(Q.orders, community, name, 2**62, 1))
    if not found:
        raise LookupError(f"no reversal {name!r}; GET .../reversals lists them")
    return found[0]


async def members(db: Connection, community: int, name: str, after: int, limit: int) -> Members:
    """Of an order, those with a token above `after`."""
    rows = await db.fetch(Q.members, community, name, after, limit)
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for row in rows:
        found[row["member"]][row["account"]] = row["amount"]
    of = [OfMember(member=token, accounts=sums) for token, sums in found.items()]
    return Members(rows=of, next=of[-1].member if len(of) == limit else None)


async def _shown(db: Connection, community: int, rows: list[Any]) -> list[ReversalView]:
    sums: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for row in await db.fetch(Q.sums, community, [row["name"] for row in rows]):
        sums[row["name"]][row["account"]] = row["amount"]
    return [_view(row, sums[row["name"]]) for row in rows]


def _view(row: Any, sums: dict[str, int]) -> ReversalView:
    told = msgspec.json.decode(row["told"])
    ended = told.get("ended", "")
    undone, standing = row["undone_at"], row["standing"]
    return ReversalView(
        reversal=row["name"],
        state="standing" if undone is None else "partly undone" if standing else "undone",
        at=clock.rfc3339(row["at"]),
        position=row["offset"],
        undone_at=None if undone is None else clock.rfc3339(undone),
        members=row["members"],
        entries=row["entries"],
        accounts=sums,
        rules=told.get("rules"),
        from_=told.get("started", ""),
        to=None if ended.startswith("9999") else ended,
        known_at=told.get("known", 0),
        reason=told.get("reason"),
        by=told.get("by"),
    )


async def names_at(db: Connection, community: int, positions: Collection[int]) -> dict[int, str]:
    """The names of the orders that actions at some positions are parts of."""
    rows = await db.fetch(Q.names, community, sorted(positions))
    return {row["offset"]: row["name"] for row in rows}
