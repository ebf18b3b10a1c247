"""Facts as server-sent events, over a real connection."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from services.api.service import Api
from tests.api.world import OPERATOR, World


@pytest.fixture
async def address(world: World) -> AsyncIterator[str]:
    await world.put("tea")
    api = Api(world.context, "127.0.0.1", 0)
    await api.start()
    yield f"http://127.0.0.1:{api.port}/v1/communities/tea/stream"
    await api.stop()


class Reader:
    """Reads events off an open stream."""

    def __init__(self, answer: aiohttp.ClientResponse) -> None:
        self.answer = answer
        self.last = ""

    async def next(self) -> dict[str, Any]:
        """The data of the next event."""
        data = None
        while line := (await self.answer.content.readline()).decode():
            if line.startswith("id: "):
                self.last = line[4:].strip()
            elif line.startswith("data: "):
                data = json.loads(line[6:])
            elif line == "\n" and data is not None:
                return dict(data)
        raise EOFError

    async def opened(self) -> str:
        """The place at which the stream began."""
        while not self.last:
            line = (await self.answer.content.readline()).decode()
            self.last = line[4:].strip() if line.startswith("id: ") else ""
        return self.last


@asynccontextmanager
async def reading(address: str, **headers: str) -> AsyncIterator[Reader]:
    headers["Authorization"] = f"Bearer {OPERATOR}"
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(address) as answer,
    ):
        assert answer.status == 200
        assert answer.content_type == "text/event-stream"
        yield Reader(answer)


async def test_facts_come_as_they_are_concluded_with_members_by_their_ids(
    world: World, address: str
) -> None:
    key = (await world.context.registry.community("tea")).key
    token = (await world.context.directory.tokens(key, ["u42"]))["u42"]
    await world.conclude("incentives", key, 3, member=token)
    async with reading(address) as reader:
        await reader.opened()
        await world.conclude("alerts", key, 5, incident="i1", by=[token, 17])
        fact = await reader.next()
        assert fact["data"] == {"incident": "i1", "by": ["u42", "erased"]}
        assert (fact["type"], fact["position"]) == ("level.changed", 5)
        await world.conclude("incentives", key, 6, member=token)
        assert (await reader.next())["data"] == {"member": "u42"}


async def test_a_resume_loses_nothing_and_repeats_nothing(world: World, address: str) -> None:
    key = (await world.context.registry.community("tea")).key
    await world.put("coffee")
    other = (await world.context.registry.community("coffee")).key
    async with reading(address) as reader:
        place = await reader.opened()
    seen = []
    for offset in range(0, 12, 2):
        await world.conclude("incentives", key, offset, n=0)
        await world.conclude("incentives", key, offset, n=1)
        await world.conclude("alerts", key, offset)
        await world.conclude("alerts", other, offset + 1)
    for count in (4, 5, 9):
        async with reading(address, **{"Last-Event-ID": place}) as reader:
            seen += [await reader.next() for _ in range(count)]
            place = reader.last
    concluded = [(offset, fact) for offset in range(0, 12, 2) for fact in ("0", "0", "1")]
    assert sorted((e["position"], e["id"].split(".")[1]) for e in seen) == concluded


async def test_streams_end_when_the_process_does(world: World, address: str) -> None:
    async with reading(address) as reader:
        await reader.opened()
        await world.context.hub.stop()
        with pytest.raises(EOFError):
            await asyncio.wait_for(reader.next(), 5)


async def test_a_place_that_is_none_is_refused(world: World) -> None:
    await world.put("tea")
    answer = await world.client.get(
        "/v1/communities/tea/stream", headers={"Last-Event-ID": "yesterday"}
    )
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, ":Last-Event-ID")
