"""By hand, a transaction an event: what a consumer without batches does. A peer."""

import asyncio
import json
import sys
import time

import asyncpg

EACH, CAP, DAY = 10, 200, 86_400_000_000
_TABLES = """
CREATE SCHEMA one_by_one;
CREATE TABLE one_by_one.seen (id text PRIMARY KEY);
CREATE TABLE one_by_one.points (
    member bigint PRIMARY KEY, points bigint NOT NULL, day integer NOT NULL, used integer NOT NULL
);
"""


async def main(dsn: str, broker: str, topic: str, count: int) -> None:
    from aiokafka import AIOKafkaConsumer

    db = await asyncpg.connect(dsn)
    await db.execute(_TABLES)
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=broker, auto_offset_reset="earliest", fetch_max_wait_ms=20
    )
    await consumer.start()
    begun, events = time.perf_counter(), 0
    try:
        while events < count:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                for record in records[: count - events]:
                    await one(db, json.loads(record.value))
                    events += 1
    finally:
        await consumer.stop()
    print(json.dumps({"events": events, "seconds": time.perf_counter() - begun}), flush=True)
    await db.execute("DROP SCHEMA one_by_one CASCADE")
    await db.close()


async def one(db: asyncpg.Connection, event: dict) -> None:  # type: ignore[type-arg]
    async with db.transaction():
        status = await db.execute(
            "INSERT INTO one_by_one.seen VALUES ($1) ON CONFLICT DO NOTHING",
            f"{event['community']}/{event['source']}/{event['id']}",
        )
        if status.endswith(" 0") or event["type"] != "reaction.added":
            return
        member, today = event["data"]["author_of_target"], event["time"] // DAY
        row = await db.fetchrow(
            "SELECT points, day, used FROM one_by_one.points WHERE member = $1", member
        )
        points, day, used = row or (0, 0, 0)
        used = used if today == day else 0
        granted = min(EACH, CAP - used)
        await db.execute(
            "INSERT INTO one_by_one.points VALUES ($1, $2, $3, $4) ON CONFLICT (member) DO UPDATE"
            " SET points = excluded.points, day = excluded.day, used = excluded.used",
            member,
            points + granted,
            today,
            used + granted,
        )


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])))
