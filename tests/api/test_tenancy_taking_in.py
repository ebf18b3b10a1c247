"""F14 where actions come in: in every form a key of tea says something in coffee, and a platform
of tea delivers to coffee's address. What is there is told by no answer from what is not."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx2
import pytest

from services.api import taking_in
from tests.api.tenants import SECRETS, Tenants, delivery, tenants, told
from tests.api.world import World

Sent = tuple[dict[str, str], bytes]
Writer = Callable[[list[dict[str, Any]]], Sent]


def _as(content: str, write: Callable[[list[dict[str, Any]]], Any]) -> Writer:
    return lambda actions: ({"Content-Type": content}, json.dumps(write(actions)).encode())


def binary(actions: list[dict[str, Any]]) -> Sent:
    headers = {f"ce-{n}": v for n, v in actions[0].items() if n != "data"}
    headers["Content-Type"] = "application/json"
    return headers, json.dumps(actions[0]["data"]).encode()


def lines(actions: list[dict[str, Any]]) -> Sent:
    content = {"Content-Type": "application/x-ndjson"}
    return content, b"\n".join(json.dumps(action).encode() for action in actions)


FORMS: dict[str, list[Writer]] = {
    "application/json": [
        _as("application/json", lambda actions: actions[0]),
        _as("application/json", lambda actions: actions),
    ],
    "application/x-ndjson": [lines],
    "application/cloudevents+json": [
        _as("application/cloudevents+json", lambda actions: actions[0])
    ],
    "application/cloudevents-batch+json": [
        _as("application/cloudevents-batch+json", lambda actions: actions)
    ],
    "ce-specversion": [binary],
}
"""By the content type, or the header, that the document names."""
TYPES: list[tuple[str, dict[str, Any]]] = [
    ("post.created", {"post": "hidden-p1", "text": "mine"}),
    ("points.adjusted", {"member": "hidden-ming", "account": "points", "amount": 5, "reason": "x"}),
    ("incident.resolved", {"incident": "r4-000000000000"}),
    ("import.started", {"import": "i"}),
    ("something.newer", {}),
    ("time.passed", {}),
    ("post.created", {"post": 7}),
]
"""What fits, what takes a scope, what is not known, what nobody may say, and what does not fit."""


@pytest.fixture
async def coffee(world: World) -> AsyncIterator[Tenants]:
    async with tenants(world) as made:
        yield made


def forms(made: Tenants) -> list[Writer]:
    """Every form of the document."""
    operation = made.document["paths"][taking_in.PATHS[0]]["post"]
    named = [*operation["requestBody"]["content"], *(p["name"] for p in operation["parameters"])]
    return [writer for name in named for writer in FORMS[name]]


def actions(slug: str, type_: str, data: dict[str, Any]) -> list[dict[str, Any]]:
    one = {"specversion": "1.0", "source": "hidden-forum", "type": type_, "community": slug}
    return [{**one, "id": f"hidden-c{n}", "member": "hidden-ming", "data": data} for n in (0, 1)]


async def say(made: Tenants, sent: Sent) -> httpx2.Response:
    headers, body = sent
    return await made.stranger.post("/v1/actions", content=body, headers=headers)


async def test_nothing_is_said_in_the_name_of_another(coffee: Tenants) -> None:
    before = coffee.world.log.store.records
    stood = [len(records) for records in before]
    for write in forms(coffee):
        for type_, data in TYPES:
            answer = await say(coffee, write(actions("coffee", type_, data)))
            other = await say(coffee, write(actions("nowhere", type_, data)))
            assert answer.status_code in (404, 422), (type_, answer.text)
            assert told(answer, "coffee") == told(other, "nowhere")
        assert (await say(coffee, write(actions("coffee", *TYPES[0])))).status_code == 404
    assert [len(records) for records in before] == stood


async def test_nothing_is_smuggled_in_a_list_of_ones_own(coffee: Tenants) -> None:
    stood = len(coffee.world.written("coffee")), len(coffee.world.written("tea"))
    for write in forms(coffee):
        mine = actions("tea", "member.checked_in", {})
        if write(mine)[1].count(b"checked_in") < 2:
            continue  # one at a time
        told_of = [
            told(await say(coffee, write([mine[0], actions(slug, *TYPES[0])[1]])), slug)
            for slug in ("coffee", "nowhere")
        ]
        assert told_of[0] == told_of[1]
        assert told_of[0][0] == 422
    assert (len(coffee.world.written("coffee")), len(coffee.world.written("tea"))) == stood


async def test_what_another_has_said_may_be_said_at_home(coffee: Tenants) -> None:
    """Source and id name an action within a community: coffee's `hidden-c0` is none of tea's."""
    answer = await say(coffee, FORMS["application/json"][0](actions("tea", *TYPES[0])))
    assert (answer.status_code, answer.json()["accepted"]) == (202, 1)
    after = {"Hearth-Wait-For": str(answer.json()["position"])}
    members = (await coffee.stranger.get("/v1/communities/tea/members", headers=after)).json()
    assert "hidden-ming" in {item["member"] for item in members["items"]}
    seen = await coffee.owner.get("/v1/communities/coffee/members/hidden-ming")
    assert "hidden-p1" not in seen.text


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_no_secret_but_its_own_opens_a_connection(coffee: Tenants, method: str) -> None:
    payload = {"user": {"id": 1, "username": "eve", "created_at": "2026-02-01T08:00:00Z"}}
    body, headers = delivery(SECRETS["tea"], payload)
    stood = len(coffee.world.written("coffee"))
    nobody = coffee.world.client_with(None)
    told_of = []
    for slug, source in (("coffee", "hidden-source"), ("coffee", "none"), ("nowhere", "none")):
        path = taking_in.PATHS[1].format(community=slug, source=source)
        answer = await nobody.request(method, path, content=body, headers=headers)
        told_of.append(told(answer, slug, source))
    assert told_of[0] == told_of[1] == told_of[2]
    assert told_of[0][0] == 401
    assert len(coffee.world.written("coffee")) == stood
    own = taking_in.PATHS[1].format(community="tea", source="forum")
    assert (await nobody.post(own, content=body, headers=headers)).status_code == 200
