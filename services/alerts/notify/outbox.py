"""From committed facts to deliveries: each fact once for each receiver that is told of it.

A receiver that has the name of one of the policy's channels hears of the priorities which that
channel names; under any other name it hears of all of them. Both hear the types they asked for.
"""

from collections.abc import Collection, Mapping
from hashlib import blake2b
from typing import Any

import asyncpg
import msgspec

from services.alerts.notify.commands import TOLD
from services.kit.runtime import clock, sql
from services.kit.runtime.clock import rfc3339
from services.kit.runtime.database import Connection

Q = sql.load(__file__)
AT_ONCE = 500
ASIDE = ("muted",)
"""What a fact says for the outbox alone."""


def delivery_id(community: int, channel: str, fact: str) -> str:
    """The webhook-id: the same however often the fact is looked at."""
    name = f"{community}\x00{channel}\x00{fact}".encode()
    return f"msg_{blake2b(name, digest_size=16).hexdigest()}"


def body_of(type_: str, at: int, data: dict[str, Any]) -> str:
    """What is sent, byte for byte the same on every attempt."""
    shown = {name: value for name, value in data.items() if name not in ASIDE}
    payload = {"type": type_, "timestamp": rfc3339(at), "data": shown}
    return msgspec.json.encode(payload).decode()


async def fill(db: Connection) -> int:
    """Take new facts of every partition into the outbox; how many were looked at."""
    seen = 0
    for partition, offset, n in await db.fetch(Q.cursors):
        facts = await db.fetch(Q.facts, partition, offset, n, AT_ONCE)
        if facts:
            async with db.transaction():
                await _put(db, facts)
                await db.execute(Q.put_cursor, partition, facts[-1]["offset"], facts[-1]["n"])
        seen += len(facts)
    return seen


async def _put(db: Connection, facts: list[asyncpg.Record]) -> None:
    told = [fact for fact in facts if fact["type"] in TOLD]
    if not told:
        return
    received = await db.fetch(Q.receivers, [fact["community"] for fact in told])
    rows = []
    for fact in told:
        data = msgspec.json.decode(fact["data"])
        for community, channel, events in received:
            if community == fact["community"] and hears(fact["type"], data, channel, events):
                id_ = delivery_id(community, channel, fact["id"])
                body = body_of(fact["type"], fact["at"], data)
                rows.append((id_, community, channel, data["incident"], body))
    if rows:
        await db.execute(Q.add_deliveries, *map(list, zip(*rows, strict=True)), clock.now())


def hears(
    type_: str, data: Mapping[str, Any], receiver: str, events: Collection[str] | None
) -> bool:
    """Whether a receiver is told of a fact. `muted` are channels that leave its priority out."""
    return receiver not in data.get("muted", ()) and (events is None or type_ in events)
