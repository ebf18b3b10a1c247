"""What goes wrong inside the Kafka client, provoked against a real broker: a producer whose batch
failed, and a consumer that stands still."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator

import pytest
from aiokafka import TopicPartition

from services.kit.log.kafka import KafkaLog
from services.kit.log.kafka_group import KafkaSubscription, StuckError
from services.kit.log.port import Entry, LogUnavailableError, RecordTooLargeError
from tests.kit.log.world import PARTITIONS, Book, entries, read, take, until, values, values_of

pytestmark = pytest.mark.kafka
LARGEST = 100_000
"""Bytes that the broker takes in a batch."""
LOOKS = 12
"""How often the watchdog must have looked: it barks after four looks without progress."""


@pytest.fixture
async def log(kafka_broker: str) -> AsyncIterator[KafkaLog]:
    topic, small = f"test.{uuid.uuid4().hex}", {"max.message.bytes": str(LARGEST)}
    log = KafkaLog(kafka_broker, topic, PARTITIONS, stuck=1.0, settings=small)
    await log.start()
    yield log
    await log.stop()


async def all_of(log: KafkaLog, partition: int) -> list[bytes]:
    return values(await read(log, partition, 0, await log.end(partition)))


def lose_a_sequence_number(log: KafkaLog, partition: int) -> None:
    """As though a batch before the next had never got there."""
    producer = log._writer._producer
    assert producer is not None
    numbers = producer._txn_manager  # type: ignore[attr-defined]
    numbers.increment_sequence_number(TopicPartition(log.topic, partition), 7)


async def test_after_a_hole_in_the_sequence_appends_go_on_with_another_producer(
    log: KafkaLog,
) -> None:
    await log.append(0, entries(3, "first"))
    broken = log._writer._producer
    lose_a_sequence_number(log, 0)
    beside = asyncio.create_task(log.append(1, entries(3, "beside")))
    with pytest.raises(LogUnavailableError, match="OutOfOrderSequence"):
        await log.append(0, entries(3, "refused"))
    assert await log.append(0, entries(3, "second")) == 3
    assert log._writer._producer is not broken
    await beside
    assert await all_of(log, 0) == values_of([*entries(3, "first"), *entries(3, "second")])
    assert await all_of(log, 1) == values_of(entries(3, "beside"))


async def test_after_a_batch_that_the_broker_finds_too_large_appends_go_on(log: KafkaLog) -> None:
    await log.append(0, entries(1, "first"))
    with pytest.raises(RecordTooLargeError, match=r"max\.message\.bytes"):
        await log.append(0, [Entry(b"key", os.urandom(2 * LARGEST))])
    assert await log.append(0, entries(2, "second")) == 1
    assert await all_of(log, 0) == values_of([*entries(1, "first"), *entries(2, "second")])


async def reading(log: KafkaLog, book: Book) -> KafkaSubscription:
    subscription = log.subscribe("readers", book)
    await subscription.start()
    await book.until_held(set(range(PARTITIONS)))
    return subscription


async def looked(log: KafkaLog, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the watchdog has looked for long enough to bark."""
    looks, ends = 0, log.ends

    async def counted(where: list[TopicPartition]) -> dict[TopicPartition, int]:
        nonlocal looks
        looks += 1
        return await ends(where)

    monkeypatch.setattr(log, "ends", counted)
    await until(lambda: looks >= LOOKS)


async def test_a_consumer_that_stands_still_behind_the_end_fails(log: KafkaLog) -> None:
    book = Book()
    subscription = await reading(log, book)
    await log.append(2, entries(5))
    await take(subscription, 2, 5)
    assert subscription._consumer is not None
    # The client no longer fetches, and says nothing of it.
    subscription._consumer.pause(TopicPartition(log.topic, 2))
    await log.append(2, entries(3))
    await until(lambda: subscription.failed is not None)
    assert isinstance(subscription.failed, StuckError)
    assert "/2 stands at 5 of 8" in str(subscription.failed)
    await book.until(lambda: book.held == set())
    await subscription.stop()


async def test_who_has_nothing_to_read_or_is_not_asked_for_it_is_not_stuck(
    log: KafkaLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Partition 0 is empty; of 1 so much waits to be taken that it is not fetched any further."""
    subscription = await reading(log, Book())
    for _ in range(8):
        await log.append(1, entries(2000))
    await until(lambda: subscription._held[1].paused)
    await looked(log, monkeypatch)
    assert subscription.failed is None
    await subscription.stop()
