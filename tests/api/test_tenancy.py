"""F14: a key of one tenant asks for every id of another on every route, and gets nothing.

Routes and their parameters come from the OpenAPI document, so that a new one is asked too. What is
there and not the caller's is told by no answer from what is not there at all.
"""

import re
from collections.abc import AsyncIterator, Iterator
from itertools import product
from typing import Any, NamedTuple

import httpx2
import pytest

from services.api import taking_in
from services.api.service import Api
from tests.api.tenants import ABSENT, Tenants, tenants, told
from tests.api.world import World, said
from tests.support.client import Client, first

NOBODYS = {
    "version": "9",
    "incident": "r4-000000000000",
    "entry": "0" * 32 + "-0",
    "offset": "1000001",
    "id": "aaaaaaaa",
    "term": "9",
    "erasure": "0" * 32,
}
"""Ids of the right shape that nobody has; a name is ABSENT."""
NO_IDS = {"community", "metric", "rule", "step", "projection", "partition", "period"}
"""Parameters whose values are the same for all tenants, or are asked for on their own."""
QUERY = {
    "source": "hidden-forum",
    "id": "hidden-c0",
    "around": "hidden-ming",
    "member": "hidden-ming",
    "space": "hidden-space",
    "since": "beginning",
    "month": "2026-11",
    "star": "hidden-star",
    "role": "hidden-role",
}
BODIES: dict[str, Any] = {
    "sources/{source}": {"platform": "discourse", "secrets": ["x"]},
    "receivers/{receiver}": {"url": "https://bot.example"},
    "rewards/{reward}/redeem": {"member": "lin", "redemption": "hidden-r1"},
    "pending/{entry}/decide": {"passed": False},
}
"""By the end of the path: bodies that fit, where one has to be sent."""
ORDER = ("GET", "POST", "DELETE", "PUT")
"""What tea makes under a name of coffee's is its own from then on, so it comes last."""
PUBLIC = ("/v1/certificates/", "/v1/issuers/")
"""Anybody may verify what somebody shows: its id cannot be guessed and no list has it."""
ENDLESS = "/v1/communities/tea/stream"
STREAMED = ("/stream", "/export")
"""Sent as they are read, and so without an ETag."""


class Call(NamedTuple):
    """One operation with its parameters filled in."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    sent: tuple[str, ...]
    """The ids that were filled in."""


@pytest.fixture
async def coffee(world: World) -> AsyncIterator[Tenants]:
    async with tenants(world) as made:
        yield made


def operations(made: Tenants) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and description of each; what takes actions in has tests of its own."""
    for method in ORDER:
        for path, item in made.document["paths"].items():
            elsewhere = path in taking_in.PATHS or path.startswith(PUBLIC)
            if not elsewhere and method.lower() in item:
                yield method, path, item[method.lower()]


def calls(made: Tenants, community: str, absent: bool = False) -> Iterator[Call]:
    """Every operation with every id of coffee, or with as many that nobody has; each once with the
    parameters that it needs and once with all of QUERY that it takes."""
    for method, path, operation in operations(made):
        names = re.findall(r"{(\w+)}", path)
        assert set(names) <= set(made.ids), f"{path}: say in tenants.py what to ask for"
        queries = [asked_for(operation, only_required, absent) for only_required in (True, False)]
        body = next((body for end, body in BODIES.items() if path.endswith(end)), None)
        for values in product(*(made.ids[name] for name in names)):
            filled, sent = path, []
            for name, value in zip(names, values, strict=True):
                if name == "community":
                    value = community
                elif absent and name not in NO_IDS:
                    value = NOBODYS.get(name, ABSENT)
                filled = filled.replace(f"{{{name}}}", value)
                sent += [value] if name not in NO_IDS else []
            for query in queries[queries[0] == queries[1] :]:
                yield Call(method, filled, query, body, (*sent, *query.values()))


def asked_for(operation: dict[str, Any], only_required: bool, absent: bool) -> dict[str, str]:
    """The query of an operation, with ids of coffee or such that nobody has."""
    takes = [each for each in operation.get("parameters", ()) if each["in"] == "query"]
    if only_required:
        takes = [each for each in takes if each.get("required")]
    found = {each["name"]: QUERY[each["name"]] for each in takes if each["name"] in QUERY}
    return {n: ABSENT if absent and v.startswith("hidden") else v for n, v in found.items()}


async def ask(client: httpx2.AsyncClient, call: Call, **headers: str) -> httpx2.Response:
    return await client.request(
        call.method, call.path, params=call.query, json=call.body, headers=headers
    )


CONDITIONS: list[dict[str, str]] = [
    {},
    {"If-None-Match": "*"},
    {"Hearth-Wait-For": "latest"},
    {"Hearth-Wait-For": "999999999"},
    {"Last-Event-ID": "incentives:0.0,alerts:0.0"},
]


async def test_a_community_of_another_is_as_if_it_were_not_there(coffee: Tenants) -> None:
    before = coffee.world.written("coffee")
    asked = 0
    for theirs, nowhere in zip(calls(coffee, "coffee"), calls(coffee, "nowhere"), strict=True):
        if "coffee" not in theirs.path:
            continue
        for headers in CONDITIONS if theirs.method == "GET" else CONDITIONS[:1]:
            answer = await ask(coffee.stranger, theirs, **headers)
            assert answer.status_code == 404, (theirs, answer.text)
            other = await ask(coffee.stranger, nowhere, **headers)
            assert told(answer, "coffee") == told(other, "nowhere"), theirs
            asked += 1
    assert asked > 150
    assert coffee.world.written("coffee") == before


async def test_an_id_of_another_is_as_if_it_were_not_there(coffee: Tenants) -> None:
    before = coffee.world.written("coffee")
    asked = 0
    absent = calls(coffee, "tea", absent=True)
    for theirs, nobodys in zip(calls(coffee, "tea"), absent, strict=True):
        if theirs.path == ENDLESS:
            continue
        answer = await ask(coffee.stranger, theirs)
        assert "hidden" not in told(answer, *theirs.sent)[1], (theirs, answer.text)
        if theirs.sent:
            assert answer.status_code != 422, f"{theirs}: say in BODIES what to send"
            other = await ask(coffee.stranger, nobodys)
            plain = answer.status_code >= 400 or theirs.method == "GET"
            seen, unseen = told(answer, *theirs.sent), told(other, *nobodys.sent)
            assert seen == unseen if plain else seen[0] == unseen[0], theirs
            asked += 1
    assert asked > 25
    assert coffee.world.written("coffee") == before
    assert "hidden-key" in {key.name for key in await coffee.world.context.keys.listed()}


async def test_a_key_for_another_is_not_made(coffee: Tenants) -> None:
    wanted = {"name": "mine", "scopes": ["read"]}
    answers = [
        await coffee.stranger.post("/v1/keys", json={**wanted, "communities": [slug]})
        for slug in ("coffee", "nowhere")
    ]
    assert answers[0].status_code == 403
    assert told(answers[0], "coffee") == told(answers[1], "nowhere")


async def test_a_cursor_of_another_leads_to_nothing_of_theirs(coffee: Tenants) -> None:
    used = 0
    for call in calls(coffee, "coffee"):
        path = call.path.replace("coffee", "tea")
        found = await coffee.owner.get(call.path, params={**call.query, "limit": "1"})
        cursor = found.json().get("next") if call.method == "GET" and found.is_success else None
        if cursor is not None:
            answer = await coffee.stranger.get(path, params={**call.query, "cursor": cursor})
            assert "hidden" not in told(answer, *call.sent)[1], (call, answer.text)
            used += 1
    assert used >= 3


async def test_an_etag_of_another_is_not_known(coffee: Tenants) -> None:
    tagged = 0
    for call in calls(coffee, "coffee"):
        if call.method != "GET" or call.path.endswith(STREAMED):
            continue
        found = await ask(coffee.owner, call)
        if found.status_code != 200 or "hidden" not in told(found, *call.sent)[1]:
            continue
        tag = {"If-None-Match": found.headers["etag"]}
        tagged += (await ask(coffee.owner, call, **tag)).status_code == 304
        for path in {call.path, call.path.replace("coffee", "tea")}:
            answer = await ask(coffee.stranger, call._replace(path=path), **tag)
            assert answer.status_code != 304, (path, call)
    assert tagged >= 15


async def test_a_place_in_the_stream_of_another_leads_into_ones_own(coffee: Tenants) -> None:
    world = coffee.world
    key = (await world.context.registry.community("tea")).key
    api = Api(world.context, "127.0.0.1", 0)
    await api.start()
    try:
        address = f"http://127.0.0.1:{api.port}"
        async with (
            Client(address, coffee.owner.headers["Authorization"][7:]) as owner,
            Client(address, coffee.stranger.headers["Authorization"][7:]) as stranger,
        ):
            (theirs,) = await first(owner.facts("coffee", since="beginning"), 1)
            await world.conclude("incentives", key, 10**6, mine="yes")
            (own,) = await first(stranger.facts("tea", after=theirs.id), 1)
        assert own.data["data"] == {"mine": "yes"}
    finally:
        await api.stop()


async def test_a_position_and_a_redemption_of_another_stand_for_nothing(coffee: Tenants) -> None:
    shop = {"name": "shop", "rewards": {"cup": {}}}
    published = await coffee.stranger.post("/v1/communities/tea/policies", json=shop)
    await said(coffee.world, {"type": "member.joined", "id": "2", "member": "wei"})
    at = {"Hearth-Wait-For": str(coffee.position)}
    assert published.is_success
    answer = await coffee.stranger.get("/v1/communities/tea/members", headers=at)
    assert "hidden" not in answer.text
    wish = {"member": "wei", "redemption": "hidden-r1"}
    after = {"Hearth-Wait-For": "latest"}
    await coffee.stranger.get("/v1/communities/tea", headers=after)
    taken = await coffee.stranger.post("/v1/communities/tea/rewards/cup/redeem", json=wish)
    assert (taken.status_code, taken.json()["member"]) == (202, "wei")
    called_off = "/v1/communities/tea/redemptions/hidden-r1/cancel"
    await coffee.stranger.get("/v1/communities/tea", headers=after)
    position = (await coffee.stranger.post(called_off)).json()["position"]
    query = "/v1/communities/coffee/members/hidden-ming/redemptions"
    kept = await coffee.owner.get(query, headers={"Hearth-Wait-For": str(position)})
    assert [item["state"] for item in kept.json()["items"]] == ["redeemed"]


async def test_the_owner_does_see_what_was_planted(coffee: Tenants) -> None:
    seen = 0
    for call in calls(coffee, "coffee"):
        if call.method == "GET" and not call.path.endswith("/stream"):
            seen += "hidden" in told(await ask(coffee.owner, call), *call.sent)[1]
    assert seen >= 15
