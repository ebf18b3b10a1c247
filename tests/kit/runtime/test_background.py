"""Background work outlives what goes wrong in it, and ends when told."""

import asyncio

import pytest

from services.kit.runtime import background
from services.kit.runtime.background import Background


class Work(Background):
    """Raises what it is told to, then goes on."""

    def __init__(self, raises: list[Exception]) -> None:
        super().__init__("work")
        self.raises = raises
        self.works = asyncio.Event()

    async def work(self) -> None:
        if self.raises:
            raise self.raises.pop(0)
        self.works.set()
        await asyncio.Event().wait()


async def test_it_begins_again_whatever_was_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "PAUSE", 0)
    work = Work([OSError("away"), RuntimeError("ours")])
    await work.start()
    async with asyncio.timeout(10):
        await work.works.wait()
    await work.stop()
    await work.stop()
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "work"]


class Clumsy(Work):
    """Raises while it cleans up."""

    async def work(self) -> None:
        try:
            await super().work()
        finally:
            raise OSError("the connection is closed already")


async def test_it_ends_though_its_cleaning_up_raises() -> None:
    work = Clumsy([])
    await work.start()
    async with asyncio.timeout(10):
        await work.works.wait()
        await work.stop()
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "work"]
