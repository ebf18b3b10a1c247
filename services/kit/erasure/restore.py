"""What the log says of erasures, put back where a database has lost it.

A backup that is restored may know members again that were erased after it was made, and lacks
what was decided of their texts. The log has both.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from services.kit.actions.event import Event
from services.kit.actions.read import UndecodableError, event_of
from services.kit.log.port import Log, Record
from services.kit.members.verdicts import spread
from services.kit.registry.registry import Registry, UnknownCommunityError
from services.kit.runtime import database, sql

Q = sql.load(__file__)
JUDGED, ERASED = "member.texts_judged", "member.erased"


@dataclass(slots=True)
class Restored:
    """How much was put back."""

    verdicts: int = 0
    erasures: int = 0
    forgotten: int = 0
    """Members that the directory knew again."""


async def restore(
    log: Log,
    pool: database.Pool,
    registry: Registry,
    tell: Callable[[int, int], None] = lambda *_: None,
) -> Restored:
    """Read the whole log. Twice is as good as once. Raises LogUnavailableError."""
    ends = [await log.end(partition) for partition in range(await log.partitions())]
    done, restored = 0, Restored()
    for partition, end in enumerate(ends):
        judged: defaultdict[str, list[Any]] = defaultdict(list)
        async for records in log.read(partition, 0, end):
            for event in filter(None, map(_erasing, records)):
                erasure = event.data["erasure"]
                if event.type == JUDGED:
                    judged[erasure].append(event.data["verdicts"])
                else:
                    await _put_back(event, partition, judged[erasure], pool, registry, restored)
            done += len(records)
            tell(done, sum(ends))
    return restored


def _erasing(record: Record) -> Event | None:
    if JUDGED.encode() not in record.value and ERASED.encode() not in record.value:
        return None
    try:
        event = event_of(record, -1)
    except UndecodableError:
        return None
    ours = event.type in (JUDGED, ERASED) and event.source == "hearth"
    return event if ours and isinstance(event.data.get("erasure"), str) else None


async def _put_back(
    event: Event,
    partition: int,
    judged: Sequence[Any],
    pool: database.Pool,
    registry: Registry,
    restored: Restored,
) -> None:
    """One erasure, and what was decided. What no `member.erased` follows is not believed: a release
    that did not know the type may have taken it from anybody."""
    try:
        community = await registry.community(event.community)
    except UnknownCommunityError:
        return
    data = event.data
    rows = dict(pair for part in judged for pair in spread(part))
    async with pool.acquire() as db, db.transaction():
        await db.execute(Q.lock_erasing)
        await db.execute(Q.add_verdicts, partition, list(rows), list(rows.values()))
        row = (data["erasure"], community.key, data["member"], partition, data["before"])
        await db.execute(Q.restore_erasure, *row, event.time)
        forgotten = await db.fetch(Q.forget_again, [data["member"]])
    restored.verdicts += len(rows)
    restored.erasures += 1
    restored.forgotten += len(forgotten)
