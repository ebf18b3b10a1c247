"""The log in Kafka keeps the port's promises, against a broker that is really killed."""

import asyncio
import gc
import uuid
from collections.abc import Iterator

import pytest

from services.kit.log.kafka import KafkaLog
from services.kit.log.kafka_buffer import DRAINED_AT_ONCE, FULL_RECORDS
from services.kit.log.kafka_group import KafkaSubscription
from services.kit.log.kafka_server import KafkaServer
from services.kit.log.port import Subscription
from tests.kit.log.conformance import AppendingAndReading, LosingTheLog, Subscribing
from tests.kit.log.world import PARTITIONS, Book, entries, take, until

pytestmark = [
    pytest.mark.kafka,
    pytest.mark.timeout(180),
    # aiokafka drops a socket when it is stopped while it connects for the first time.
    pytest.mark.filterwarnings("ignore:.*socket.socket:pytest.PytestUnraisableExceptionWarning"),
]


class KafkaWorld:
    def __init__(self, address: str, server: KafkaServer | None = None) -> None:
        self.address = address
        self.server = server
        self.topic = f"test.{uuid.uuid4().hex}"

    def open(self) -> KafkaLog:
        return KafkaLog(self.address, self.topic, PARTITIONS, deadline=4, session=1.5, rebalance=10)

    async def vanish(self, subscription: Subscription) -> None:
        assert isinstance(subscription, KafkaSubscription)
        assert subscription._consumer is not None
        coordinator = subscription._consumer._coordinator  # type: ignore[attr-defined]
        tasks = [coordinator._coordination_task, coordinator._heartbeat_task, *subscription._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await subscription._consumer._fetcher.close()  # type: ignore[attr-defined]
        await subscription._consumer._client.close()  # type: ignore[attr-defined]
        subscription._consumer._closed = True  # type: ignore[attr-defined]

    async def lose(self) -> None:
        assert self.server is not None
        await asyncio.to_thread(self.server.kill)

    async def restore(self) -> None:
        assert self.server is not None
        await asyncio.to_thread(self.server.start)


@pytest.fixture
def world(kafka_broker: str) -> Iterator[KafkaWorld]:
    yield KafkaWorld(kafka_broker)
    gc.collect()  # a dropped socket is told of here and not in somebody else's test


class TestAppendingAndReading(AppendingAndReading):
    pass


class TestSubscribing(Subscribing):
    pass


class TestLosingTheLog(LosingTheLog):
    @pytest.fixture
    def world(self, own_kafka: KafkaServer) -> KafkaWorld:
        return KafkaWorld(own_kafka.address, own_kafka)


async def test_what_is_buffered_stays_bounded_after_every_pause(world: KafkaWorld) -> None:
    log, book = world.open(), Book()
    await log.start()
    for _ in range(20):
        await log.append(0, entries(2000, size=500))
    subscription = log.subscribe("readers", book)
    await subscription.start()
    await book.until_held(set(range(PARTITIONS)))
    for _ in range(3):
        buffer = subscription._held[0]
        await until(lambda buffer=buffer: buffer.paused)
        assert buffer._records <= FULL_RECORDS + DRAINED_AT_ONCE
        await take(subscription, 0, 8000)
    await subscription.stop()
    await log.stop()


async def test_one_group_name_on_two_topics_is_two_groups(kafka_broker: str) -> None:
    first, second = Book(), Book()
    one, two = KafkaWorld(kafka_broker).open(), KafkaWorld(kafka_broker).open()
    await one.start()
    await two.start()
    subscriptions = [one.subscribe("readers", first), two.subscribe("readers", second)]
    await subscriptions[0].start()
    await first.until_held(set(range(PARTITIONS)))
    await subscriptions[1].start()
    await second.until_held(set(range(PARTITIONS)))
    assert "revoked" not in {what for what, _ in first.calls}
    for subscription in subscriptions:
        await subscription.stop()
    await one.stop()
    await two.stop()
