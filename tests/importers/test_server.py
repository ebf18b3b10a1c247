"""A busy or restarting server is waited for; one that says no is believed."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.importers.server import RefusedError, Server, UnreachableError, connect
from tests.importers.fake import KEY, Fake


class Pauses:
    """Instead of sleeping, remembers for how long."""

    def __init__(self) -> None:
        self.taken: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.taken.append(seconds)
        await asyncio.sleep(0)


@pytest.fixture
async def fake() -> AsyncIterator[Fake]:
    async with Fake().running() as running:
        yield running


@pytest.fixture
def pauses() -> Pauses:
    return Pauses()


@pytest.fixture
async def server(fake: Fake, pauses: Pauses) -> AsyncIterator[Server]:
    async with connect(fake.address, KEY, pauses) as connected:
        yield connected


@pytest.mark.parametrize("status", [429, 503])
async def test_it_waits_as_long_as_it_is_asked_to(
    fake: Fake, server: Server, pauses: Pauses, status: int
) -> None:
    fake.answers = [(status, {"Retry-After": "7"}), (status, {"Retry-After": "2"})]
    assert (await server.send([b'{"id":"a"}']))["accepted"] == 1
    assert pauses.taken == [7, 2]
    assert [action["id"] for action in fake.actions] == ["a"]


async def test_it_waits_longer_each_time_when_nothing_is_asked(
    fake: Fake, server: Server, pauses: Pauses
) -> None:
    fake.answers = [(503, {})] * 12
    await server.send([b"{}"])
    assert pauses.taken == sorted(pauses.taken)
    assert pauses.taken[0] < 1
    assert pauses.taken[-1] < 31


async def test_a_connection_that_breaks_is_tried_again(
    fake: Fake, server: Server, pauses: Pauses
) -> None:
    await server.community("tea")
    fake.answers = [None]
    await server.send([b'{"id":"a"}'])
    assert len(fake.lists) == 1
    assert len(pauses.taken) == 1


async def test_it_gives_up_in_the_end(fake: Fake, server: Server, pauses: Pauses) -> None:
    fake.answers = [(503, {"Retry-After": "3600"})] * 100
    with pytest.raises(UnreachableError, match="run the same command again"):
        await server.send([b"{}"])
    assert sum(pauses.taken) <= 600


async def test_a_refusal_is_told_in_its_own_words(fake: Fake, server: Server) -> None:
    fake.answers = [(422, {})]
    with pytest.raises(RefusedError, match="422 Told to; /0/type: is no type"):
        await server.send([b"{}"])
    assert fake.lists == []


async def test_a_list_too_large_is_halved_and_keeps_its_order() -> None:
    actions = [b'{"id":"%d"}' % number for number in range(11)]
    async with Fake(limit=3).running() as fake, connect(fake.address, KEY) as server:
        answer = await server.send(actions)
    assert [action["id"] for action in fake.actions] == [str(number) for number in range(11)]
    assert answer["accepted"] == 11
    assert answer["position"] == 11


async def test_a_missing_community_is_none_and_a_wrong_key_is_explained(fake: Fake) -> None:
    async with connect(fake.address, KEY) as server:
        assert await server.community("tea") is None
    async with connect(fake.address, "wrong") as server:
        with pytest.raises(RefusedError, match="--key"):
            await server.community("tea")


async def test_no_server_at_all_says_what_to_start(unused_tcp_port: int) -> None:
    async with connect(f"http://127.0.0.1:{unused_tcp_port}", KEY) as server:
        with pytest.raises(UnreachableError, match="make run"):
            await server.community("tea")
