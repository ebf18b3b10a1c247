"""Concurrent appends become few writes, and an absent log fills no memory."""

import asyncio

import pytest

from services.kit.log.batching import LARGEST_APPEND, Batcher
from services.kit.log.port import Entry, LogUnavailableError, RecordTooLargeError
from tests.kit.log.world import entries


class Writer:
    """Keeps what is written; waits for `gate`."""

    def __init__(self) -> None:
        self.writes: list[list[Entry]] = []
        self.gate = asyncio.Event()
        self.called = asyncio.Event()
        self.error: Exception | None = None

    async def __call__(self, partition: int, written: list[Entry]) -> int:
        first = sum(map(len, self.writes))
        self.writes.append(written)
        self.called.set()
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        return first


async def test_what_arrives_during_a_write_goes_out_together_in_the_next() -> None:
    writer = Writer()
    batcher = Batcher(writer, deadline=30)
    first = asyncio.create_task(batcher.append(0, entries(2, "a")))
    await writer.called.wait()
    others = [asyncio.create_task(batcher.append(0, entries(3, f"{n}"))) for n in range(4)]
    await asyncio.sleep(0)
    writer.gate.set()
    assert await first == 0
    assert await asyncio.gather(*others) == [2, 5, 8, 11]
    assert [len(written) for written in writer.writes] == [2, 12]


async def test_partitions_do_not_wait_for_each_other() -> None:
    stuck = Writer()

    async def write(partition: int, written: list[Entry]) -> int:
        return await stuck(partition, written) if partition == 0 else 7

    batcher = Batcher(write, deadline=30)
    waiting = asyncio.create_task(batcher.append(0, entries(1)))
    assert await batcher.append(1, entries(1)) == 7
    stuck.gate.set()
    await waiting


async def test_a_log_that_does_not_answer_is_given_up_after_the_deadline() -> None:
    batcher = Batcher(Writer(), deadline=0.05)
    late = [batcher.append(0, entries(1, f"{n}")) for n in range(5)]
    for result in await asyncio.gather(*late, return_exceptions=True):
        assert isinstance(result, LogUnavailableError)


async def test_a_caller_that_gives_up_takes_its_entries_along() -> None:
    writer = Writer()
    batcher = Batcher(writer, deadline=30)
    first = asyncio.create_task(batcher.append(0, entries(1, "first")))
    await writer.called.wait()
    impatient = [asyncio.create_task(batcher.append(0, entries(1, f"{n}"))) for n in range(3)]
    await asyncio.sleep(0)
    for task in impatient:
        task.cancel()
    await asyncio.gather(*impatient, return_exceptions=True)
    writer.gate.set()
    await first
    await batcher.append(0, entries(1, "last"))
    assert writer.writes == [entries(1, "first"), entries(1, "last")]


async def test_one_failed_write_fails_its_appends_and_no_others() -> None:
    writer = Writer()
    writer.gate.set()
    writer.error = ValueError("broken")
    batcher = Batcher(writer, deadline=30)
    with pytest.raises(LogUnavailableError, match="broken"):
        await batcher.append(0, entries(1))
    writer.error = None
    assert await batcher.append(0, entries(1)) == 1


async def test_large_appends_are_not_lumped_together() -> None:
    writer = Writer()
    writer.gate.set()
    batcher = Batcher(writer, deadline=30)
    big = [Entry(b"k", b"x" * 700_000)]
    await asyncio.gather(*(batcher.append(0, big) for _ in range(3)))
    assert [len(written) for written in writer.writes] == [1, 1, 1]


async def test_the_limit_is_that_of_one_append() -> None:
    batcher = Batcher(Writer(), deadline=30)
    with pytest.raises(RecordTooLargeError):
        await batcher.append(0, [Entry(b"", b"x" * (LARGEST_APPEND // 4))] * 4)
    with pytest.raises(ValueError, match="at least one"):
        await batcher.append(0, [])
