"""The log in PostgreSQL keeps the port's promises, against a server that is really killed."""

import asyncio
from collections.abc import Iterator
from itertools import count

import pytest

from services.kit.log.port import Subscription
from services.kit.log.postgres import PostgresLog
from services.kit.log.postgres_group import PostgresSubscription
from tests.kit.log.conformance import AppendingAndReading, LosingTheLog, Subscribing
from tests.kit.log.world import PARTITIONS
from tests.support.postgres import ScratchServer

_topics = count(1)


class PostgresWorld:
    def __init__(self, server: ScratchServer) -> None:
        self.server = server
        self.topic = f"test.{next(_topics)}"

    def open(self) -> PostgresLog:
        return PostgresLog(self.server.dsn(), self.topic, PARTITIONS, deadline=2, session=1.5)

    async def vanish(self, subscription: Subscription) -> None:
        assert isinstance(subscription, PostgresSubscription)
        for task in subscription._tasks:
            task.cancel()
        await asyncio.gather(*subscription._tasks, return_exceptions=True)

    async def lose(self) -> None:
        await asyncio.to_thread(self.server.kill)

    async def restore(self) -> None:
        await asyncio.to_thread(self.server.start)


@pytest.fixture(scope="module")
def server() -> Iterator[ScratchServer]:
    server = ScratchServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def world(server: ScratchServer) -> PostgresWorld:
    return PostgresWorld(server)


class TestAppendingAndReading(AppendingAndReading):
    pass


class TestSubscribing(Subscribing):
    pass


class TestLosingTheLog(LosingTheLog):
    pass
