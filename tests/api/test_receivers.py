"""Receivers set over HTTP: secrets go in or are shown once, and never come out."""

from tests.api.world import World

PATH = "/v1/communities/tea/receivers"
HERE = {"url": "https://example.com/hearth"}


async def test_a_receiver_is_set_listed_and_dropped(world: World) -> None:
    await world.put("tea")
    made = (await world.client.put(f"{PATH}/bot", json=HERE)).json()
    assert made["secret"].startswith("whsec_")
    body = {"url": "https://example.com/2", "events": ["incident.opened"]}
    changed = (await world.client.put(f"{PATH}/bot", json=body)).json()
    assert changed == {"receiver": "bot", **body, "secret": None}
    listed = await world.client.get(PATH)
    assert made["secret"] not in listed.text
    (item,) = listed.json()["items"]
    assert item.pop("changed_at")
    assert item == {
        "receiver": "bot", **body, "disabled": False, "disabled_why": None, "waiting": 0,
        "last": None,
    }  # fmt: skip
    assert (await world.client.delete(f"{PATH}/bot")).status_code == 204
    assert (await world.client.delete(f"{PATH}/bot")).status_code == 404
    assert (await world.client.get(PATH)).json() == {"items": []}


async def test_what_does_not_fit_is_told_by_field(world: World) -> None:
    await world.put("tea")
    for body, pointer in (
        ({"url": "http://example.com"}, "/url"),
        ({"url": "https://192.168.1.1/x"}, "/url"),
        ({**HERE, "secret": "s3cret"}, "/secret"),
        ({**HERE, "events": ["level.changed"]}, "/events/0"),
        ({**HERE, "events": []}, "/events"),
        ({}, "/url"),
    ):
        answer = await world.client.put(f"{PATH}/bot", json=body)
        assert answer.status_code == 422, body
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [pointer]
    assert (await world.client.get(PATH)).json() == {"items": []}


async def test_it_takes_the_scope_to_operate(world: World) -> None:
    await world.put("tea")
    reader = await world.key("read", "actions:write")
    for method, path in (("GET", PATH), ("PUT", f"{PATH}/bot"), ("DELETE", f"{PATH}/bot")):
        answer = await reader.request(method, path, json=HERE if method == "PUT" else None)
        assert answer.status_code == 403, method
    operator = await world.key("operate", communities=["tea"])
    assert (await operator.put(f"{PATH}/bot", json=HERE)).status_code == 200
