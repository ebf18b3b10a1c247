"""Dead letters that an action in the log brings back.

A retry folds the original event in the retry's place. Live, a letter may be retried until it
folds; a replay follows what the live projection did, so that both end the same.
"""

from collections.abc import Mapping, Sequence

from services.kit.actions.event import Event
from services.kit.log.port import Log
from services.kit.projection.batch import RETRY, Communities, decode_batch
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)


async def brought_back(
    db: Connection,
    log: Log,
    projection: str,
    events: Sequence[Event],
    communities: Communities,
    *,
    replay: bool,
) -> dict[int, tuple[int, Event]]:
    """Offset of the retry -> (original offset, the event as of the retry's place)."""
    asked = {
        event.offset: (event, int(event.data["offset"]))
        for event in events
        if event.type == RETRY and event.data.get("projection") == projection
    }
    if not asked:
        return {}
    partition = events[0].partition
    wanted = [offset for _, offset in asked.values()]
    rows = await db.fetch(Q.dead_at, projection, partition, wanted)
    dead: Mapping[int, int | None] = {row["offset"]: row["retried_at"] for row in rows}
    found = {}
    for at, (retry, offset) in asked.items():
        due = dead.get(offset, -1) == at if replay else offset in dead and dead[offset] is None
        if due and (original := await _original(log, retry, offset, communities)) is not None:
            found[at] = (offset, original)
    return found


async def _original(log: Log, retry: Event, offset: int, communities: Communities) -> Event | None:
    async for records in log.read(retry.partition, offset, offset + 1):
        batch = await decode_batch(records, retry.partition, 0, communities)
        for event in batch.events:
            event.offset, event.log_time = retry.offset, retry.log_time
            return event if event.key == retry.key else None
    return None
