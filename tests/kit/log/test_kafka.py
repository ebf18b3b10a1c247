"""The log in Kafka keeps the port's promises, against a broker that is really killed."""

import asyncio
import uuid

import pytest

from services.kit.log.kafka import KafkaLog
from services.kit.log.kafka_group import KafkaSubscription
from services.kit.log.kafka_server import KafkaServer
from services.kit.log.port import Subscription
from tests.kit.log.conformance import AppendingAndReading, LosingTheLog, Subscribing
from tests.kit.log.world import PARTITIONS

pytestmark = [pytest.mark.kafka, pytest.mark.timeout(180)]


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

    async def lose(self) -> None:
        assert self.server is not None
        await asyncio.to_thread(self.server.kill)

    async def restore(self) -> None:
        assert self.server is not None
        await asyncio.to_thread(self.server.start)


@pytest.fixture
def world(kafka_broker: str) -> KafkaWorld:
    return KafkaWorld(kafka_broker)


class TestAppendingAndReading(AppendingAndReading):
    pass


class TestSubscribing(Subscribing):
    pass


class TestLosingTheLog(LosingTheLog):
    @pytest.fixture
    def world(self, own_kafka: KafkaServer) -> KafkaWorld:
        return KafkaWorld(own_kafka.address, own_kafka)
