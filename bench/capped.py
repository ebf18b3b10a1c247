"""The peers' rule as a projection: ten points a like to the author, 200 a day, and nothing else."""

from collections.abc import Sequence
from pathlib import Path

from services.kit.actions.event import Event
from services.kit.projection.definition import NEVER, Connection, Fact, FoldContext, Projection
from services.kit.runtime.clock import DAY

EACH, CAP = 10, 200
_LOAD = """
SELECT community, member, points, day, used FROM points
WHERE (community, member) IN (SELECT * FROM unnest($1::int[], $2::bigint[]))"""
_WRITE = """
INSERT INTO points (community, member, points, day, used)
SELECT * FROM unnest($1::int[], $2::bigint[], $3::bigint[], $4::int[], $5::int[])
ON CONFLICT (community, member)
DO UPDATE SET points = excluded.points, day = excluded.day, used = excluded.used"""

Row = tuple[int, int, int]
Key = tuple[int, int]


class CappedFold:
    """Points, day and use of the day's cap by (community, member)."""

    def __init__(self, _context: FoldContext) -> None:
        self.next_due = NEVER
        self.facts: list[Fact] = []
        self._rows: dict[Key, Row] = {}
        self._changed: set[Key] = set()

    async def load(self, db: Connection, events: Sequence[Event], _log_time: int) -> None:
        keys = {(event.key, event.data.get("author_of_target", 0)) for event in events}
        missing = sorted(keys - self._rows.keys())
        if missing:
            found = await db.fetch(_LOAD, [c for c, _ in missing], [m for _, m in missing])
            self._rows |= dict.fromkeys(missing, (0, 0, 0))
            self._rows |= {(row[0], row[1]): (row[2], row[3], row[4]) for row in found}

    def needs_all_written(self, _event: Event) -> bool:
        return False

    def fold(self, event: Event) -> None:
        if event.type != "reaction.added":
            return
        key = (event.key, event.data["author_of_target"])
        points, day, used = self._rows[key]
        today = event.time // DAY
        used = used if today == day else 0
        granted = min(EACH, CAP - used)
        self._rows[key] = (points + granted, today, used + granted)
        self._changed.add(key)

    def fire(self, _log_time: int, _offset: int) -> None:
        return

    async def write(self, db: Connection) -> None:
        keys = sorted(self._changed)
        self._changed.clear()
        rows = [(*key, *self._rows[key]) for key in keys]
        if rows:
            await db.execute(_WRITE, *map(list, zip(*rows, strict=True)))


CAPPED = Projection("capped", 1, (Path(__file__).with_name("capped.sql"),), CappedFold)
