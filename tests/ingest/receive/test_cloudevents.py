"""CloudEvents in three modes, as the reference SDK writes them."""

import base64
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from cloudevents.core.bindings.http import to_binary, to_structured
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent

from services.kit.runtime import clock
from tests.ingest.conftest import World

Make = Callable[..., dict[str, Any]]
STRUCTURED = {"Content-Type": "application/cloudevents+json; charset=utf-8"}
BATCH = {"Content-Type": "application/cloudevents-batch+json"}


def event(action: dict[str, Any]) -> CloudEvent:
    attributes = {name: value for name, value in action.items() if name != "data"}
    attributes["time"] = clock.moment(clock.parse_rfc3339(attributes["time"]))
    attributes["datacontenttype"] = "application/json"
    return CloudEvent(attributes=attributes, data=action["data"])


async def test_what_the_sdk_writes_structured_is_taken(world: World, action: Make) -> None:
    message = to_structured(event(action(id="一")), JSONFormat())
    answer = await world.send(message.body, headers=dict(message.headers))
    assert answer.status_code == 202, answer.text
    assert world.events()[0].id == "一"


async def test_what_the_sdk_writes_binary_is_taken(world: World, action: Make) -> None:
    sent = action(id='a "b" 温%20😀', member="林 晓")
    message = to_binary(event(sent), JSONFormat())
    answer = await world.send(message.body, headers=dict(message.headers))
    assert answer.status_code == 202, answer.text
    [stored] = world.events()
    assert (stored.id, stored.data["kind"]) == (sent["id"], "like")


async def test_a_batch_is_a_list(world: World, action: Make) -> None:
    answer = await world.send(json.dumps([action(), action()]).encode(), headers=BATCH)
    assert answer.json()["accepted"] == 2


async def test_extensions_from_on_the_way_are_dropped(world: World, action: Make) -> None:
    traced = action(traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
    answer = await world.send(json.dumps(traced).encode(), headers=STRUCTURED)
    assert answer.status_code == 202


async def test_data_may_come_as_base64(world: World, action: Make) -> None:
    packed = action(data=None, data_base64=base64.b64encode(b'{"target":"p1"}').decode())
    answer = await world.send(json.dumps(packed).encode(), headers=STRUCTURED)
    assert answer.status_code == 202
    assert world.events()[0].data["target"] == "p1"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"specversion": None}, "/0/specversion"),
        ({"specversion": "0.3"}, "/0/specversion"),
        ({"datacontenttype": "text/plain"}, "/0/datacontenttype"),
        ({"data": None, "data_base64": "%%%"}, "/0/data_base64"),
        ({"data": None, "data_base64": 5}, "/0/data_base64"),
        ({"data": None, "data_base64": base64.b64encode(b"{nan}").decode()}, ""),
        ({"data_base64": "e30="}, "/0/data_base64"),
        ({"data": "hello"}, "/0/data"),
    ],
)
async def test_what_is_wrong_is_named(
    world: World, action: Make, change: dict[str, Any], pointer: str
) -> None:
    answer = await world.send(json.dumps([action(**change)]).encode(), headers=BATCH)
    assert answer.status_code in (400, 422)
    assert pointer in [error["pointer"] for error in answer.json()["errors"]]


def headers(action: dict[str, Any], **more: str) -> list[tuple[str, str]]:
    told = {f"ce-{name}": quote(str(v)) for name, v in action.items() if name != "data"}
    return list({**told, "Content-Type": "application/json", **more}.items())


async def binary(world: World, sent: list[tuple[str, str]], body: bytes = b"{}") -> Any:
    authorized = [*sent, ("Authorization", f"Bearer {world.key}")]
    return await world.client.post("/v1/actions", content=body, headers=authorized)


@pytest.mark.parametrize("value", ["%FF%FE", "%00", '"', "%", "%ZZ", "a" * 5000])
async def test_hostile_headers_are_a_clear_4xx_or_taken(
    world: World, action: Make, value: str
) -> None:
    answer = await binary(world, headers(action(type="tea.poured"), **{"ce-id": value}))
    assert answer.status_code in (202, 422)


async def test_a_doubled_attribute_is_refused(world: World, action: Make) -> None:
    answer = await binary(world, [*headers(action()), ("ce-id", "other")])
    assert answer.status_code == 422
    assert "ce-id" in answer.json()["detail"]


async def test_quoted_header_values_lose_their_quotes(world: World, action: Make) -> None:
    sent = headers(action(type="tea.poured"), **{"ce-id": r'"a\"b"'})
    assert (await binary(world, sent)).status_code == 202
    assert world.events()[0].id == 'a"b'
