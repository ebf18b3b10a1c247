"""What the log says of erasures, put back where a database has lost it.

A backup that is restored may know members again that were erased after it was made, and lacks
what was decided of their texts. The log has both.
"""

from collections.abc import Callable
from dataclasses import dataclass

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
        async for records in log.read(partition, 0, end):
            for event in map(_erasing, records):
                if event is not None:
                    await _put_back(event, partition, pool, registry, restored)
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
    return event if event.type in (JUDGED, ERASED) and event.source == "hearth" else None


async def _put_back(
    event: Event, partition: int, pool: database.Pool, registry: Registry, restored: Restored
) -> None:
    async with pool.acquire() as db, db.transaction():
        await db.execute(Q.lock_erasing)
        if event.type == JUDGED:
            rows = list(spread(event.data["verdicts"]))
            columns = [offset for offset, _ in rows], [said for _, said in rows]
            await db.execute(Q.add_verdicts, partition, *columns)
            restored.verdicts += len(rows)
            return
        try:
            community = await registry.community(event.community)
        except UnknownCommunityError:
            return
        data = event.data
        row = (data["erasure"], community.key, data["member"], partition, data["before"])
        await db.execute(Q.restore_erasure, *row, event.time)
        restored.erasures += 1
        restored.forgotten += len(await db.fetch(Q.forget_again, [data["member"]]))
