"""The log in memory keeps the port's promises."""

import pytest

from services.kit.log.memory import MemoryLog, MemoryStore
from services.kit.log.memory_group import MemorySubscription
from services.kit.log.port import Subscription
from tests.kit.log.conformance import AppendingAndReading, LosingTheLog, Subscribing
from tests.kit.log.world import PARTITIONS


class MemoryWorld:
    def __init__(self) -> None:
        self.store = MemoryStore(PARTITIONS)

    def open(self) -> MemoryLog:
        return MemoryLog("test", store=self.store)

    async def vanish(self, subscription: Subscription) -> None:
        assert isinstance(subscription, MemorySubscription)
        await subscription.vanish()

    async def lose(self) -> None:
        self.store.lose()

    async def restore(self) -> None:
        self.store.restore()


@pytest.fixture
def world() -> MemoryWorld:
    return MemoryWorld()


class TestAppendingAndReading(AppendingAndReading):
    pass


class TestSubscribing(Subscribing):
    pass


class TestLosingTheLog(LosingTheLog):
    pass
