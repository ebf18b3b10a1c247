"""Dead letters that an action in the log brings back.

A retry folds the original event in the retry's place. Live, a letter may be retried until it
folds; a replay follows what the live projection did, so that both end the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.kit.actions.event import Event
from services.kit.log.port import Log
from services.kit.projection.batch import (
    RETRY,
    UNDECODABLE,
    UNKNOWN_COMMUNITY,
    Communities,
    decode_batch,
)
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)
UNREAD = frozenset({UNDECODABLE, UNKNOWN_COMMUNITY})


@dataclass(frozen=True, slots=True)
class Retry:
    """A dead letter on its way back: the original's offset, and its event as of the retry's place.

    `unread`: it could not be read at its own place, so that its id was not remembered there.
    """

    original: int
    event: Event
    unread: bool


async def brought_back(
    db: Connection,
    log: Log,
    projection: str,
    events: Sequence[Event],
    communities: Communities,
    *,
    replay: bool,
) -> dict[int, Retry]:
    """What the retries among `events` bring back, by the retry's offset; of each letter one."""
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
    dead = {row["offset"]: (row["retried_at"], row["reason"]) for row in rows}
    found: dict[int, Retry] = {}
    for at, (retry, offset) in asked.items():
        due = _due(dead, offset, at, replay=replay)
        if due and all(offset != other.original for other in found.values()):
            original = await _original(log, retry, offset, communities)
            if original is not None:
                found[at] = Retry(offset, original, dead[offset][1] in UNREAD)
    return found


def _due(dead: Mapping[int, tuple[int | None, str]], offset: int, at: int, *, replay: bool) -> bool:
    if offset not in dead:
        return False
    retried_at, _ = dead[offset]
    return retried_at == at if replay else retried_at is None


async def _original(log: Log, retry: Event, offset: int, communities: Communities) -> Event | None:
    async for records in log.read(retry.partition, offset, offset + 1):
        batch = await decode_batch(records, retry.partition, 0, communities)
        for event in batch.events:
            event.offset, event.log_time = retry.offset, retry.log_time
            return event if event.key == retry.key else None
    return None
