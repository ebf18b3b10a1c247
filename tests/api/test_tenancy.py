"""A key of one tenant asks for every id of another on every route, and gets nothing.

The routes come from the OpenAPI document, so that a new one is asked too. What a tenant must not
learn is planted: every name in coffee begins with `hidden-`, and no answer may hold one that the
request did not.
"""

import re
from collections.abc import AsyncIterator, Iterator
from itertools import product
from typing import Any

import httpx2
import pytest

from services.kit.projection import generations
from tests.api.world import World, folding, said

OTHERS = {
    "community": ["coffee", "tea"],
    "member": ["hidden-ming"],
    "board": ["points", "hidden-board"],
    "metric": ["ugc_share"],
    "rule": ["R2", "R4"],
    "version": ["1"],
    "source": ["hidden-source"],
    "receiver": ["hidden-bot"],
    "projection": ["alerts", "incentives"],
    "partition": ["0", "1"],
    "offset": ["1", "2", "3"],
    "step": ["isolate"],
    "reward": ["hidden-mug"],
    "redemption": ["hidden-r1"],
    "erasure": ["hidden-erasure"],
}
"""Every id of the other tenant, by the parameter that takes it; more are added."""
QUERY = "?source=hidden-forum&id=hidden-c0&around=hidden-ming&space=hidden-space&since=beginning"
BODIES: dict[str, Any] = {
    "PUT": {"name": "mine now", "platform": "discourse", "secrets": ["x"]},
    "POST": {"member": "hidden-ming", "redemption": "hidden-r2"},
}
POLICY = {
    "name": "hidden-policy",
    "points": [{"name": "hidden-rule", "on": "complaint.filed", "doer": {"points": 5}}],
    "boards": {"hidden-board": {"account": "points"}},
    "rewards": {"hidden-mug": {"cost": {"points": 1}}},
    "guards": {"hold": {"burst": {"most": 1, "minutes": 1440}}},
}


@pytest.fixture
async def coffee(world: World) -> AsyncIterator[World]:
    """Two tenants, tea and coffee; coffee has something of everything."""
    async with folding(world):
        await world.put("tea")
        await world.put("coffee", name="hidden-name")
        body = {"platform": "discourse", "secrets": ["hidden-word"]}
        await world.client.put("/v1/communities/coffee/sources/hidden-source", json=body)
        bot = {"url": "https://hidden-bot.example"}
        await world.client.put("/v1/communities/coffee/receivers/hidden-bot", json=bot)
        assert (await world.client.post("/v1/communities/coffee/policies", json=POLICY)).is_success
        filed = {"type": "complaint.filed", "source": "hidden-forum", "community": "coffee"}
        people = ["hidden-ming", *(f"hidden-u{n}" for n in range(60))]
        actions = [
            {**filed, "id": f"hidden-c{n}", "member": who, "space": "hidden-space"}
            for n, who in enumerate([*people, "hidden-ming"])
        ]
        after = await said(world, *actions)
        key = (await world.context.registry.community("coffee")).key
        row = [[1], [key], ["hidden.type"], ["fold"], ["hidden-detail"], [0]]
        await world.context.pool.execute(generations.Q.add_dead, "alerts", 1, *row)
        seen = await world.client.get("/v1/communities/coffee/incidents", headers=after)
        wish = {"member": "hidden-ming", "redemption": "hidden-r1"}
        path = "/v1/communities/coffee/rewards/hidden-mug/redeem"
        assert (await world.client.post(path, json=wish)).status_code == 202
        held = await world.client.get("/v1/communities/coffee/pending", headers=after)
        OTHERS["entry"] = [item["entry"] for item in held.json()["items"]]
        assert OTHERS["entry"]
        OTHERS["incident"] = [item["id"] for item in seen.json()["items"]]
        made = {"name": "hidden-key", "scopes": ["read"], "communities": ["coffee"]}
        OTHERS["id"] = [(await world.client.post("/v1/keys", json=made)).json()["id"]]
        yield world


def calls(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Every method and path of the document, with every id of the other tenant."""
    for path, methods in document["paths"].items():
        names = re.findall(r"{(\w+)}", path)
        assert set(names) <= set(OTHERS), f"{path}: say in OTHERS what to ask for"
        for values in product(*(OTHERS[name] for name in names)):
            filled = path
            for name, value in zip(names, values, strict=True):
                filled = filled.replace(f"{{{name}}}", value)
            yield from ((method.upper(), filled) for method in methods)


async def test_another_tenant_gets_nothing_on_any_route(coffee: World) -> None:
    scopes = ("admin", "read", "operate", "actions:write")
    stranger = await coffee.key(*scopes, communities=["tea"])
    before = coffee.written("coffee")
    document = (await coffee.client.get("/openapi.json")).json()
    asked = 0
    for method, path in calls(document):
        if path.startswith("/v1/schemas") or path == "/v1/communities/tea/stream":
            continue  # for anybody; and without an end, see tests/api/test_stream.py
        answer = await ask(stranger, method, path + QUERY)
        asked += 1
        told = answer.text
        for sent in [*re.findall(r"hidden[\w-]*", path + QUERY)]:
            told = told.replace(sent, "")
        assert "hidden" not in told, (method, path, answer.text)
        if "coffee" in path:
            assert answer.status_code == 404, (method, path, answer.text)
            unknown = await ask(stranger, method, path.replace("coffee", "nowhere") + QUERY)
            assert unknown.text.replace("nowhere", "") == answer.text.replace("coffee", "")
    assert asked > 50
    assert coffee.written("coffee") == before
    kept = {key.name for key in await coffee.context.keys.listed()}
    assert "hidden-key" in kept


async def test_the_owner_does_see_what_was_planted(coffee: World) -> None:
    owner = await coffee.key("admin", communities=["coffee"])
    document = (await coffee.client.get("/openapi.json")).json()
    seen = 0
    for method, path in calls(document):
        explained = QUERY if path.endswith("/explanation") else ""
        if method == "GET" and not path.endswith("/stream"):
            seen += "hidden" in (await owner.get(path + explained)).text
    assert seen >= 15


async def ask(client: httpx2.AsyncClient, method: str, path: str) -> httpx2.Response:
    return await client.request(method, path, json=BODIES.get(method))
