"""An operator's order to take back what a ring has earned: checked, shown, and cut into actions.

The actions name positions, which the fold trusts; its own entries say what came of it. Ids derive
from the order's name and from what they name, so that an order that was sent by halves is
completed by sending it again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import msgspec
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from services.incentives.content.reach import ORDERED, UNDONE
from services.incentives.reversals.loading import Found, TooManyError, Wanted, parts, pick
from services.incentives.reversals.radius.commands import radius
from services.incentives.reversals.radius.report import Hit, Radius
from services.kit.projection.definition import Connection
from services.kit.runtime import clock, sql

__all__ = [
    "AppendedError", "Before", "Found", "Hit", "Radius", "Selection", "TooManyError", "Wanted",
    "before", "orders", "pick", "radius", "undoing_id", "undoings",
]  # fmt: skip

Q = sql.load(__file__)
_canonical = msgspec.json.Encoder(order="deterministic").encode
FAR = clock.parse_rfc3339("9999-01-01T00:00:00Z")


class Selection(BaseModel):
    """Whose entries, or those of which rules, of which time."""

    model_config = ConfigDict(extra="forbid")
    members: list[str] | None = Field(
        default=None, min_length=1, max_length=1000, description="Of these members alone."
    )
    rules: list[str] | None = Field(
        default=None,
        min_length=1,
        max_length=100,
        description="What these rules gave, by their names in the ledger. Without them all but what"
        " a member began with and what was adjusted by hand.",
    )
    from_: AwareDatetime = Field(alias="from", description="Event time of the first.")
    to: AwareDatetime | None = Field(default=None, description="Event time; left out itself.")

    @model_validator(mode="after")
    def _picks(self) -> "Selection":
        if self.members is None and self.rules is None:
            raise ValueError("name members, rules or both")
        for name in (*(self.members or ()), *(self.rules or ())):
            if not 1 <= len(name) <= 256 or "\x00" in name:
                raise ValueError("a name has 1 to 256 characters, and no NUL")
        if self.to is not None and self.to <= self.from_:
            raise ValueError("to comes after from")
        return self

    @property
    def digest(self) -> str:
        """Short name of what is asked for."""
        asked = {
            "members": sorted(set(self.members or ())),
            "rules": sorted(set(self.rules or ())),
            "from": clock.instant(self.from_),
            "to": None if self.to is None else clock.instant(self.to),
        }
        return blake2b(_canonical(asked), digest_size=12).hexdigest()

    def wanted(self, tokens: Mapping[str, int], known: int) -> Wanted:
        """As the tables have it; `tokens` are those of the members."""
        members = None if self.members is None else sorted(tokens[name] for name in self.members)
        ended = FAR if self.to is None else clock.instant(self.to)
        return Wanted(members, self.rules, clock.instant(self.from_), ended, known)


class AppendedError(Exception):
    """An order of this name was given, and this cannot follow it."""


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of an order that was given before: how far it looked, and its last part."""

    known: int
    last: int


async def before(db: Connection, community: int, name: str, selection: Selection) -> Before | None:
    """The same order, given before; None for a new name.

    Raises AppendedError where the name is another order's, or where it was undone.
    """
    rows = await db.fetch(Q.orders, community, name, FAR, 1)
    if not rows:
        return None
    told = msgspec.json.decode(rows[0]["told"])
    if told.get("selection") != selection.digest:
        raise AppendedError(f"the name {name!r} is that of another order")
    if rows[0]["standing"] < rows[0]["parts"]:
        raise AppendedError("it was undone; give a new order another name")
    return Before(told.get("known", 0), rows[0]["last"])


def orders(
    name: str,
    selection: Selection,
    found: Found,
    ids: Mapping[int, str],
    more: Mapping[str, Any],
) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """(type, id, member, data) of each action, for those found whose id is known.

    `more` is what stands in all of them: known, reason, by.
    """
    said = {
        "reversal": name,
        "selection": selection.digest,
        "started": selection.from_.isoformat(),
        "ended": (selection.to or clock.moment(FAR)).isoformat(),
        **({"rules": selection.rules} if selection.rules else {}),
        **more,
    }
    for member, positions in parts(found):
        if member in ids:
            mark = blake2b(_canonical([ids[member], list(positions)]), digest_size=12).hexdigest()
            data = {**said, "positions": list(positions)}
            yield ORDERED, f"reversal/{name}/{mark}", ids[member], data


async def undoings(
    db: Connection, community: int, name: str
) -> tuple[int, list[tuple[int, int, dict[str, Any]]]]:
    """The last position of an order, and (member, part, data) of each part that stands: the last
    first. Raises LookupError for an order that was never given."""
    rows = await db.fetch(Q.orders, community, name, FAR, 1)
    if not rows:
        raise LookupError(f"no reversal {name!r}; GET .../reversals lists them")
    standing = await db.fetch(Q.standing, community, name)
    return rows[0]["last"], [
        (row["member"], row["offset"], {"reversal": name, "part": row["offset"]})
        for row in standing
    ]


def undoing_id(name: str, part: int) -> tuple[str, str]:
    """(type, id) of the action that undoes a part."""
    return UNDONE, f"reversal/{name}/undo/{part}"
