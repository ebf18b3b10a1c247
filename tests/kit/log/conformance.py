"""The suite that every adapter of the log passes: the promises of `services/kit/log/port.py`.

A test module of an adapter derives from these classes and gives the fixture `world`.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from services.kit.log.port import (
    Entry,
    Log,
    LogUnavailableError,
    PositionError,
    Record,
    RecordTooLargeError,
    Subscription,
)
from tests.kit.log.world import (
    PARTITIONS,
    Book,
    World,
    append_until_taken,
    entries,
    read,
    take,
    until,
    values,
    values_of,
)

ALL = set(range(PARTITIONS))


@asynccontextmanager
async def opened(world: World) -> AsyncIterator[Log]:
    log = world.open()
    await log.start()
    try:
        yield log
    finally:
        await log.stop()


@asynccontextmanager
async def joined(log: Log, book: Book, group: str = "readers") -> AsyncIterator[Subscription]:
    subscription = log.subscribe(group, book)
    await subscription.start()
    try:
        yield subscription
    finally:
        await subscription.stop()


class AppendingAndReading:
    """Order, durability, ends."""

    async def test_it_has_the_partitions_asked_for(self, world: World) -> None:
        async with opened(world) as log:
            assert await log.partitions() == PARTITIONS

    async def test_an_empty_partition_begins_and_ends_at_zero(self, world: World) -> None:
        async with opened(world) as log:
            assert (await log.beginning(1), await log.end(1)) == (0, 0)
            assert await read(log, 1, 0, 0) == []

    async def test_records_come_back_as_they_were_in_order(self, world: World) -> None:
        sent = [Entry(b"", b"\x00\xff"), Entry("社区".encode(), b""), Entry(b"k", b"v" * 70_000)]
        async with opened(world) as log:
            assert await log.append(2, sent) == 0
            assert await log.append(2, entries(2)) == 3
            expected = [Record(i, *entry) for i, entry in enumerate([*sent, *entries(2)])]
            assert await read(log, 2, 0, await log.end(2)) == expected
            assert await log.end(1) == 0

    async def test_reading_keeps_to_its_bounds(self, world: World) -> None:
        async with opened(world) as log:
            await log.append(0, entries(2500, "a"))
            await log.append(0, entries(10, "b"))
            got = await read(log, 0, 700, 2505)
            assert [record.offset for record in got] == list(range(700, 2505))
            assert values(got) == values_of(entries(2500, "a")[700:] + entries(5, "b"))

    async def test_another_process_reads_what_was_acknowledged(self, world: World) -> None:
        async with opened(world) as one:
            await one.append(3, entries(5))
        async with opened(world) as other:
            assert values(await read(other, 3, 0, await other.end(3))) == values_of(entries(5))

    async def test_concurrent_appends_stand_together_without_gaps(self, world: World) -> None:
        sizes = [1, 3, 40, 200]

        async def append(log: Log, name: str) -> dict[int, list[bytes]]:
            made = {}
            for i in range(8):
                mine = entries(sizes[i % 4], f"{name}-{i}")
                made[await log.append(0, mine)] = values_of(mine)
            return made

        async with opened(world) as one, opened(world) as two:
            writers = [append(log, f"{n}{w}") for n, log in enumerate((one, two)) for w in range(6)]
            placed = await asyncio.gather(*writers)
            end = await one.end(0)
            stored = {record.offset: record.value for record in await read(two, 0, 0, end)}
        assert list(stored) == list(range(end))
        for first, made in ((f, m) for writer in placed for f, m in writer.items()):
            assert [stored[first + i] for i in range(len(made))] == made
        assert end == 2 * 6 * 2 * sum(sizes)

    async def test_what_is_too_large_is_refused_and_what_follows_is_not(self, world: World) -> None:
        async with opened(world) as log:
            with pytest.raises(RecordTooLargeError, match="at most"):
                await log.append(0, [Entry(b"k", b"x" * 5 * 2**20)])
            assert await log.append(0, [Entry(b"k", b"x" * 3 * 2**20)]) == 0

    async def test_stopping_twice_is_safe(self, world: World) -> None:
        async with opened(world) as log:
            await log.append(0, entries(1))
        await log.stop()


class Subscribing:
    """Groups, assignment, back-pressure."""

    async def test_records_arrive_in_order_from_the_offset_named(self, world: World) -> None:
        book = Book({0: 3})
        async with opened(world) as log:
            await log.append(0, entries(10))
            async with joined(log, book) as subscription:
                await book.until_held(ALL)
                got = await take(subscription, 0, 7)
                assert [record.offset for record in got] == list(range(3, 10))
                await log.append(0, entries(2, "later"))
                assert values(await take(subscription, 0, 2)) == values_of(entries(2, "later"))

    async def test_no_more_is_taken_than_asked_for(self, world: World) -> None:
        book = Book()
        async with opened(world) as log, joined(log, book) as subscription:
            await log.append(0, entries(100))
            await book.until_held(ALL)
            got: list[Record] = []
            while len(got) < 100:
                part = await subscription.take(0, 7, 5)
                assert len(part) <= 7
                got += part
            assert [record.offset for record in got] == list(range(100))

    async def test_waiting_ends_with_the_first_record(self, world: World) -> None:
        book = Book()
        async with opened(world) as log, opened(world) as other, joined(log, book) as subscription:
            await book.until_held(ALL)
            waiting = asyncio.create_task(subscription.take(1, 10, 50))
            assert await subscription.take(2, 10, 0.05) == []
            await other.append(1, entries(1))
            async with asyncio.timeout(20):
                assert values(await waiting) == values_of(entries(1))

    async def test_nothing_is_handed_out_before_the_listener_is_ready(self, world: World) -> None:
        book = Book({0: 2})
        book.gate = asyncio.Event()
        async with opened(world) as log:
            await log.append(0, entries(5))
            subscription = log.subscribe("readers", book)
            joining = asyncio.create_task(subscription.start())
            await book.until(lambda: ("assigned", 0) in book.calls)
            assert await subscription.take(0, 10, 0.3) == []
            book.gate.set()
            await joining
            assert [record.offset for record in await take(subscription, 0, 3)] == [2, 3, 4]
            await subscription.stop()

    async def test_a_consumer_that_does_not_take_stops_only_its_partition(
        self, world: World
    ) -> None:
        book = Book()
        async with opened(world) as log, joined(log, book) as subscription:
            await book.until_held(ALL)
            for _ in range(15):
                await log.append(0, entries(2000, size=500))
            await log.append(1, entries(50))
            assert len(await take(subscription, 1, 50)) == 50
            await log.append(1, entries(50, "more"))
            assert values(await take(subscription, 1, 50)) == values_of(entries(50, "more"))
            offsets = [record.offset for record in await take(subscription, 0, 30_000)]
            assert offsets == list(range(30_000))

    async def test_two_groups_each_get_everything(self, world: World) -> None:
        one, two = Book(), Book()
        async with (
            opened(world) as log,
            joined(log, one, "one") as first,
            joined(log, two, "two") as second,
        ):
            await log.append(0, entries(3))
            await one.until_held(ALL)
            await two.until_held(ALL)
            assert await take(first, 0, 3) == await take(second, 0, 3)

    async def test_members_share_the_partitions_and_the_last_holds_all(self, world: World) -> None:
        one, two = Book(), Book()
        async with opened(world) as log, opened(world) as other, joined(log, one):
            await one.until_held(ALL)
            async with joined(other, two):
                await one.until(lambda: len(one.held) == 2)
                await two.until_held(ALL - one.held)
            assert two.held == set()
            await one.until_held(ALL)

    async def test_a_silent_members_partitions_move(self, world: World) -> None:
        one, two = Book(), Book()
        async with opened(world) as log, opened(world) as other, joined(log, one):
            await one.until_held(ALL)
            frozen = other.subscribe("readers", two)
            await frozen.start()
            await two.until(lambda: len(two.held) == 2)
            await world.vanish(frozen)
            await one.until_held(ALL)

    async def test_stopping_revokes_and_hands_out_no_more(self, world: World) -> None:
        book = Book()
        async with opened(world) as log:
            await log.append(0, entries(5))
            async with joined(log, book) as subscription:
                await book.until_held(ALL)
            assert {call for call in book.calls if call[0] == "revoked"} == {
                ("revoked", partition) for partition in ALL
            }
            assert await subscription.take(0, 10, 0.05) == []
            await subscription.stop()

    async def test_a_listener_that_fails_ends_its_subscription(self, world: World) -> None:
        broken, healthy = Book(), Book()
        broken.refusal = RuntimeError("no database")
        async with AsyncExitStack() as stack:
            log = await stack.enter_async_context(opened(world))
            failing = await stack.enter_async_context(joined(log, broken))
            await broken.until(lambda: bool(broken.calls))
            await stack.enter_async_context(joined(log, healthy))
            await healthy.until_held(ALL)
            assert failing.failed is broken.refusal

    async def test_a_position_the_log_does_not_have_ends_the_subscription(
        self, world: World
    ) -> None:
        book = Book({2: 4})
        async with opened(world) as log:
            await log.append(2, entries(3))
            async with joined(log, book) as subscription:
                await book.until(lambda: ("held", 2) in book.calls)
                await until(lambda: subscription.failed is not None)
                assert isinstance(subscription.failed, PositionError)
                assert "cannot be read from 4" in str(subscription.failed)

    async def test_reporting_never_raises(self, world: World) -> None:
        book = Book()
        async with opened(world) as log, joined(log, book) as subscription:
            await book.until_held(ALL)
            await subscription.report(0, 5)


class LosingTheLog:
    """What happens while the log is away, and after."""

    async def test_it_comes_back_with_everything_and_goes_on(self, world: World) -> None:
        book = Book()
        async with opened(world) as log, joined(log, book) as subscription:
            await book.until_held(ALL)
            await log.append(0, entries(3, "before"))
            assert len(await take(subscription, 0, 2)) == 2
            await world.lose()
            with pytest.raises(LogUnavailableError):
                await log.append(1, entries(1, "lost"))
            with pytest.raises(LogUnavailableError):
                await log.end(0)
            await subscription.report(0, 2)
            await world.restore()
            await append_until_taken(log, 0, entries(1, "after"))
            seen = await taken_through(subscription, book, 2, entries(1, "after")[0])
            assert list(seen) == list(range(2, 2 + len(seen)))
            assert seen[2] == entries(3, "before")[2].value
            assert await log.end(0) >= 4


async def taken_through(
    subscription: Subscription, book: Book, start: int, last: Entry
) -> dict[int, bytes]:
    """What is taken from offset `start` up to `last`. `book` knows how far it is, as a projection
    would, should the group form anew meanwhile."""
    seen: dict[int, bytes] = {}
    book.start_at = {0: start}
    while last.value not in seen.values():
        for record in await take(subscription, 0, 1):
            seen[record.offset] = record.value
            book.start_at = {0: record.offset + 1}
    return seen
