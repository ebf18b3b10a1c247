"""Parts start in order, stop in reverse, and a failed one ends the process."""

import asyncio

import pytest

from services.kit.runtime.lifecycle import Lifecycle, PartFailedError


class Part:
    """Writes down what happens to it."""

    def __init__(self, name: str, told: list[str], *, breaks: str = "") -> None:
        self.name, self.told, self.breaks = name, told, breaks
        self.failed: BaseException | None = None

    async def start(self) -> None:
        self.told.append(f"start {self.name}")
        if self.breaks == "start":
            raise RuntimeError(self.name)

    async def stop(self) -> None:
        self.told.append(f"stop {self.name}")
        if self.breaks == "stop":
            raise RuntimeError(self.name)


async def test_parts_start_in_order_and_stop_in_reverse() -> None:
    told: list[str] = []
    lifecycle = Lifecycle([Part("a", told), Part("b", told)])
    await lifecycle.start()
    await lifecycle.stop()
    await lifecycle.stop()
    assert told == ["start a", "start b", "stop b", "stop a"]


async def test_one_that_does_not_start_stops_those_before_it() -> None:
    told: list[str] = []
    lifecycle = Lifecycle([Part("a", told), Part("b", told, breaks="start"), Part("c", told)])
    with pytest.raises(RuntimeError, match="b"):
        await lifecycle.start()
    assert told == ["start a", "start b", "stop b", "stop a"]


async def test_one_that_does_not_stop_well_keeps_no_other_from_it() -> None:
    told: list[str] = []
    lifecycle = Lifecycle([Part("a", told), Part("b", told, breaks="stop")])
    await lifecycle.start()
    await lifecycle.stop()
    assert told[-2:] == ["stop b", "stop a"]


async def test_a_failed_part_ends_the_watch() -> None:
    part = Part("a", [])
    lifecycle = Lifecycle([part])
    watching = asyncio.create_task(lifecycle.watch(asyncio.Event()))
    part.failed = ValueError("broken")
    with pytest.raises(PartFailedError, match="broken"):
        await watching


async def test_a_watch_ends_when_asked() -> None:
    stop = asyncio.Event()
    stop.set()
    await Lifecycle([Part("a", [])]).watch(stop)
