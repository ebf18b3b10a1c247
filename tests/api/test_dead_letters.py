"""Dead letters: seen by whose they are, retried through the log."""

import pytest

from services.kit.actions.event import Event, encode
from services.kit.log.port import Entry
from services.kit.projection import generations
from tests.api.world import World, said


async def bury(world: World, community: int | None, offset: int) -> None:
    row = [[offset], [community], ["post.created"], ["fold"], ["KeyError: 'x'"], [offset]]
    await world.context.pool.execute(generations.Q.add_dead, "alerts", 0, *row)


async def test_they_are_listed_newest_first_page_by_page(world: World) -> None:
    await world.put("tea")
    key = (await world.context.registry.community("tea")).key
    for offset in range(5):
        await bury(world, key if offset else None, offset)
    found, cursor = [], ""
    while cursor is not None:
        page = (await world.client.get(f"/v1/dead-letters?limit=2{cursor}")).json()
        found += [item["offset"] for item in page["items"]]
        cursor = page["next"] and f"&cursor={page['next']}"
    assert found == [4, 3, 2, 1, 0]


async def test_a_tenant_sees_its_own(world: World) -> None:
    await world.put("tea")
    await world.put("coffee")
    key = (await world.context.registry.community("tea")).key
    await bury(world, key, 1)
    await bury(world, None, 2)
    tea = await world.key("admin", communities=["tea"])
    coffee = await world.key("admin", communities=["coffee"])
    assert [i["offset"] for i in (await tea.get("/v1/dead-letters")).json()["items"]] == [1]
    assert (await tea.get("/v1/dead-letters/alerts/0/1")).json()["reason"] == "fold"
    assert (await tea.get("/v1/dead-letters/alerts/0/2")).status_code == 404
    assert (await coffee.get("/v1/dead-letters")).json()["items"] == []
    assert (await coffee.get("/v1/dead-letters/alerts/0/1")).status_code == 404
    assert (await coffee.post("/v1/dead-letters/alerts/0/1/retry")).status_code == 404
    assert (await (await world.key("read")).get("/v1/dead-letters")).status_code == 403


async def test_a_retry_is_an_action_in_the_log(world: World) -> None:
    await world.put("tea")
    key = (await world.context.registry.community("tea")).key
    await said(world, {"id": "a", "type": "post.created", "member": "ming", "data": {"post": "p"}})
    await bury(world, key, 0)
    answer = await world.client.post("/v1/dead-letters/alerts/0/0/retry")
    assert answer.status_code == 202
    assert world.written("tea")[answer.json()["position"]] == (
        "dead_letter.retried",
        {"projection": "alerts", "offset": 0},
    )
    await world.context.pool.execute(generations.Q.retried, "alerts", 0, 0, 9)
    assert (await world.client.post("/v1/dead-letters/alerts/0/0/retry")).status_code == 409


async def test_a_retry_that_would_change_nothing_says_what_to_do(world: World) -> None:
    await world.put("tea")
    offset = await world.log.append(0, [Entry(b"tea", b"\xff no action")])
    await bury(world, None, offset)
    answer = await world.client.post(f"/v1/dead-letters/alerts/0/{offset}/retry")
    assert answer.status_code == 409
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Upgrade" in answer.json()["detail"]


@pytest.mark.parametrize("there", [True, False])
async def test_nobody_retries_into_anothers_community(world: World, there: bool) -> None:
    """A record that was written under tea's name and speaks of coffee."""
    await world.put("tea")
    tea = await world.context.registry.community("tea")
    if there:
        await world.put("coffee")
    place = (await world.context.registry.community("coffee" if there else "tea")).partition
    event = Event(type="post.created", id="a", source="x", time=1, arrived=1, community="coffee")
    offset = await world.log.append(place, [Entry(b"tea", encode(event))])
    row = [[offset], [tea.key], [""], ["undecodable"], ["?"], [0]]
    await world.context.pool.execute(generations.Q.add_dead, "alerts", place, *row)
    admin = await world.key("admin", communities=["tea"])
    path, before = f"/v1/dead-letters/alerts/{place}/{offset}", await world.log.end(place)
    assert (await admin.get(path)).status_code == 200
    assert (await admin.post(f"{path}/retry")).status_code == 404
    assert await world.log.end(place) == before
    assert (await world.client.post(f"{path}/retry")).status_code == (202 if there else 409)
