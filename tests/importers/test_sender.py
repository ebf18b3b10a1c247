"""A shipment arrives whole, in order, between its brackets; again and broken off it is the same."""

from collections.abc import AsyncIterator, Iterator

import pytest

from services.importers.sender import Place, Sent, send
from services.importers.server import RefusedError, connect
from services.importers.shipment import Shipment, Wire
from tests.importers.fake import KEY, Fake

PLACE = Place("tea", "interest", "interest", "UTC")


def actions(count: int) -> Iterator[Wire]:
    for number in range(count):
        yield {"id": f"post/{number}", "type": "post.created", "data": {"text": "茶" * 3}}


def shipment(count: int = 1_200) -> Shipment:
    return Shipment("abc", "https://forum.example", actions(count), lambda: count)


@pytest.fixture
async def fake() -> AsyncIterator[Fake]:
    async with Fake().running() as running:
        yield running


async def sent(fake: Fake, what: Shipment) -> Sent:
    async with connect(fake.address, KEY) as server:
        return await send(server, PLACE, what)


async def test_it_is_bracketed_and_in_order(fake: Fake) -> None:
    result = await sent(fake, shipment())
    ids = [action["id"] for action in fake.actions]
    assert ids[0] == "import/abc/started"
    assert ids[1:-1] == [f"post/{number}" for number in range(1_200)]
    assert ids[-1] == "import/abc/ended"
    assert fake.lists[0][0]["data"] == {"import": "abc", "source": "https://forum.example"}
    assert [len(batch) for batch in fake.lists] == [1, 500, 500, 200, 1]
    assert result.by_type == {"post.created": 1_200}
    assert result.position == 1_202


async def test_the_community_is_made_once(fake: Fake) -> None:
    first = await sent(fake, shipment(1))
    second = await sent(fake, shipment(1))
    assert (first.created, second.created, fake.puts) == (True, False, 1)
    assert fake.communities["tea"] == {
        "name": "tea",
        "type": "interest",
        "time_zone": "UTC",
        "policy": "interest",
    }


async def test_twice_is_the_same_bytes(fake: Fake) -> None:
    await sent(fake, shipment())
    before, count = fake.kept(), len(fake.actions)
    await sent(fake, shipment())
    assert fake.actions[count:] == fake.actions[:count]
    assert fake.kept() == before


async def test_broken_off_and_sent_again_ends_the_same(fake: Fake) -> None:
    async with Fake().running() as whole:
        await sent(whole, shipment())
    fake.answers = []
    async with connect(fake.address, KEY) as server:

        def stop(progress: Sent) -> None:
            if progress.actions > 500:
                fake.answers = [(400, {})]

        with pytest.raises(RefusedError):
            await send(server, PLACE, shipment(), stop)
    assert 0 < len(fake.kept()) < 1_202
    await sent(fake, shipment())
    assert fake.kept() == whole.kept()


async def test_progress_grows_to_the_end(fake: Fake) -> None:
    seen: list[int] = []
    async with connect(fake.address, KEY) as server:
        await send(server, PLACE, shipment(), lambda sent: seen.append(sent.by_type.total()))
    assert seen == sorted(seen)
    assert seen[-1] == 1_200
