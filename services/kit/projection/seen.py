"""Deduplication: every id a projection has folded, for ever.

One narrow table a projection: the 16-byte name of the event, the digest of its body and its
offset. A batch is one insert; only when fewer rows went in than were offered is it asked which.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from services.kit.actions.event import Event
from services.kit.projection.definition import Connection

_DDL = """
CREATE TABLE IF NOT EXISTS projection.seen_{name} (
    "offset" bigint NOT NULL,
    digest bigint NOT NULL,
    uid bytea PRIMARY KEY
)"""
_ADD = """
INSERT INTO projection.seen_{name} ("offset", digest, uid)
SELECT o, d, substr($3::bytea, 16 * n::int - 15, 16)
FROM unnest($1::text::bigint[], $2::text::bigint[]) WITH ORDINALITY AS e (o, d, n)
ON CONFLICT DO NOTHING"""
_WHICH = """
SELECT uid, "offset", digest FROM projection.seen_{name} WHERE uid = ANY($1::bytea[])"""
_WHERE = """
SELECT "offset" FROM projection.seen_{name} WHERE uid = $1"""


def _literal(numbers: list[int]) -> str:
    return "{" + str(numbers)[1:-1] + "}"


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A refused event; `conflicting` when its body differs from the one that was first."""

    event: Event
    conflicting: bool


class Seen:
    """The ids a projection has seen. `name` is the projection's, an identifier."""

    def __init__(self, name: str) -> None:
        self._ddl, self._add = _DDL.format(name=name), _ADD.format(name=name)
        self._which, self._where = _WHICH.format(name=name), _WHERE.format(name=name)

    async def create(self, db: Connection) -> None:
        """Make the table where it is not there yet."""
        await db.execute(self._ddl)

    async def add(self, db: Connection, events: Sequence[Event]) -> list[Duplicate]:
        """Remember the events' ids; return those that were there before, in order."""
        if not events:
            return []
        # As two literals and one run of bytes: the driver looks long at each element of a list.
        status = await db.execute(
            self._add,
            _literal([event.offset for event in events]),
            _literal([event.digest for event in events]),
            b"".join([event.uid for event in events]),
        )
        if int(status.rpartition(" ")[2]) == len(events):
            return []
        rows = await db.fetch(self._which, [event.uid for event in events])
        first = {row["uid"]: (row["offset"], row["digest"]) for row in rows}
        return [
            Duplicate(event, first[event.uid][1] != event.digest)
            for event in events
            if first[event.uid][0] != event.offset
        ]

    async def offset_of(self, db: Connection, uid: bytes) -> int | None:
        """Where an event stands in the log, if it was folded."""
        offset: int | None = await db.fetchval(self._where, uid)
        return offset
