"""The log in PostgreSQL keeps the port's promises, against a server that is really killed."""

import asyncio
from collections.abc import Iterator
from itertools import count

import pytest

from services.kit.log.port import Subscription
from services.kit.log.postgres import PostgresLog, Q
from services.kit.log.postgres_group import PostgresSubscription
from tests.kit.log.conformance import AppendingAndReading, LosingTheLog, Subscribing
from tests.kit.log.world import PARTITIONS, Book, entries, take, values
from tests.support.postgres import ScratchServer

_topics = count(1)


class PostgresWorld:
    def __init__(self, server: ScratchServer) -> None:
        self.server = server
        self.topic = f"test.{next(_topics)}"

    def open(self) -> PostgresLog:
        # It looks by itself once a minute, so that only being told can make the suite pass.
        return PostgresLog(
            self.server.dsn(), self.topic, PARTITIONS, deadline=2, session=1.5, look_every=60
        )

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


async def test_an_append_that_nobody_told_of_is_found(world: PostgresWorld) -> None:
    log, book = PostgresLog(world.server.dsn(), world.topic, PARTITIONS, look_every=0.05), Book()
    await log.start()
    subscription = log.subscribe("readers", book)
    await subscription.start()
    await book.until_held(set(range(PARTITIONS)))
    async with log.connection() as db:  # as by a process that died right after its commit
        await db.execute(Q.append, log.id, 1, [b"key"], [b"value"])
    assert values(await take(subscription, 1, 1)) == [b"value"]
    await subscription.stop()
    await log.stop()


async def test_records_can_be_looked_at_with_sql(world: PostgresWorld) -> None:
    log = world.open()
    await log.start()
    await log.append(0, entries(2))
    await log.append(0, entries(1, "later"))
    async with log.connection() as db:
        rows = await db.fetch(
            'SELECT "offset", key, value FROM log.records WHERE topic = $1 ORDER BY 1', world.topic
        )
    await log.stop()
    assert [tuple(row) for row in rows] == [
        (0, b"key", entries(2)[0].value),
        (1, b"key", entries(2)[1].value),
        (2, b"key", entries(1, "later")[0].value),
    ]
