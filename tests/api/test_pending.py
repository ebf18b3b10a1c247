"""What guards hold, end to end: listed for a reviewer, decided, counted."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.world import World, folding, said

POLICY: dict[str, Any] = {
    "name": "tea",
    "points": [{"name": "liked", "on": "reaction.added", "author": {"points": 2}}],
    "guards": {"hold": {"pair_share": {"over": 0.3, "minimum": 2}}},
}
POST = {"id": "p", "type": "post.created", "member": "ming", "data": {"post": "p"}}


def like(n: int) -> dict[str, Any]:
    data = {"target": "p", "kind": "like"}
    return {"id": f"like/{n}", "type": "reaction.added", "member": "li", "data": data}


@pytest.fixture
async def tea(world: World) -> AsyncIterator[World]:
    """Li alone likes what Ming wrote, twice."""
    async with folding(world):
        await world.put("tea")
        published = await world.client.post("/v1/communities/tea/policies", json=POLICY)
        assert published.status_code == 202, published.text
        after = await said(world, POST, like(1), like(2))
        assert (await world.client.get("/v1/communities/tea", headers=after)).status_code == 200
        yield world


async def get(world: World, path: str, **headers: str) -> dict[str, Any]:
    answer = await world.client.get(f"/v1/communities/tea/{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_held_entries_are_listed_and_decided(tea: World) -> None:
    ming = await get(tea, "members/ming")
    assert (ming["points"], ming["pending"]) == (0, 4)
    second, first = (await get(tea, "pending"))["items"]
    assert (first["member"], first["giver"], first["guard"]) == ("ming", "li", "pair-share")
    assert first["event"] == {"source": "test", "id": "like/1"}
    page = await get(tea, "pending?limit=1&member=ming")
    assert page["items"] == [second]
    rest = await get(tea, f"pending?member=ming&cursor={page['next']}")
    assert rest["items"] == [first]
    for entry, passed in ((first, True), (second, False)):
        at = f"/v1/communities/tea/pending/{entry['entry']}/decide"
        taken = await tea.client.post(at, json={"passed": passed})
        assert taken.status_code == 202, taken.text
        wait = {"Hearth-Wait-For": str(taken.json()["position"])}
        assert len((await get(tea, "pending", **wait))["items"]) == int(passed)
        again = await tea.client.post(at, json={"passed": passed})
        assert again.status_code == 409
    ming = await get(tea, "members/ming")
    assert (ming["points"], ming["pending"]) == (2, 0)
    ledger = (await get(tea, "members/ming/ledger"))["items"]
    assert [entry["why"] for entry in ledger] == ["refused", "passed", "held", "held"]
    told = await get(tea, "explanation?source=test&id=like/1")
    assert [entry["limited_by"] for entry in told["rules"][0]["entries"]] == ["pair-share"]
    assert [entry["why"] for entry in told["later"]] == ["passed"]


async def test_a_wrong_order_is_told_what_is_wrong(tea: World) -> None:
    entry = (await get(tea, "pending"))["items"][0]["entry"]
    at = "/v1/communities/tea/pending"
    post = tea.client.post
    assert (await post(f"{at}/nothing/decide", json={"passed": True})).status_code == 404
    for body in ({}, {"passed": "yes"}, {"passed": True, "why": "x"}, {"passed": True, "by": ""}):
        assert (await post(f"{at}/{entry}/decide", json=body)).status_code == 422
    reader = await tea.key("read", communities=["tea"])
    refused = await reader.post(f"{at}/{entry}/decide", json={"passed": True})
    assert refused.status_code == 403
    assert (await tea.client.get(f"{at}?cursor=x")).status_code == 400
    assert (await tea.client.get(f"{at}?member=nobody")).status_code == 404
