"""A raw aiokafka `send()` loop: what a producer without batching of its own does. A peer.

    python -m bench.peers.send_loop BROKER FROM TO COUNT

Reads COUNT records of the topic FROM into memory first, then sends the same bytes with the same
keys to the same partitions of TO, idempotent, acknowledged by all replicas, and waits for the last.
"""

import json
import os
import sys
import time

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from bench.processes import cpu


async def main(broker: str, source: str, target: str, count: int) -> None:
    records = await read(broker, source, count)
    producer = AIOKafkaProducer(
        bootstrap_servers=broker,
        acks="all",
        enable_idempotence=True,
        max_batch_size=262_144,
        max_request_size=4 << 20,
        linger_ms=5,
    )
    await producer.start()
    used, begun = cpu(os.getpid()), time.perf_counter()
    for partition, key, value in records:
        await producer.send(target, value, key=key, partition=partition)
    await producer.flush()
    seconds = time.perf_counter() - begun
    said = {"events": len(records), "seconds": seconds, "cpu": cpu(os.getpid()) - used}
    print(json.dumps(said), flush=True)
    await producer.stop()


async def read(broker: str, topic: str, count: int) -> list[tuple[int, bytes, bytes]]:
    consumer = AIOKafkaConsumer(topic, bootstrap_servers=broker, auto_offset_reset="earliest")
    await consumer.start()
    by_partition: dict[int, list[tuple[int, bytes, bytes]]] = {}
    found = 0
    while found < count:
        for place, records in (await consumer.getmany(timeout_ms=500)).items():
            kept = by_partition.setdefault(place.partition, [])
            kept += [(place.partition, record.key, record.value) for record in records]
            found += len(records)
    await consumer.stop()
    # In runs of a request's size by turns, as they had come.
    turns = []
    for start in range(0, max(map(len, by_partition.values())), 100):
        for kept in by_partition.values():
            turns += kept[start : start + 100]
    return turns[:count]


if __name__ == "__main__":
    uvloop.run(main(*sys.argv[1:4], int(sys.argv[4])))
