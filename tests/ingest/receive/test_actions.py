"""POST /v1/actions: what is taken, and what is refused with which words."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from services.kit.runtime import clock
from tests.ingest.conftest import OPERATOR, World

Make = Callable[..., dict[str, Any]]


def pointers(answer: Any) -> list[str]:
    return [error["pointer"] for error in answer.json()["errors"]]


async def test_one_action_is_in_the_log_when_it_is_acknowledged(world: World, action: Make) -> None:
    answer = await world.send(action(id="7f3a"))
    assert answer.status_code == 202
    assert answer.json() == {"accepted": 1, "position": 0, "unknown": {}}
    assert answer.headers["hearth-position"] == "0"
    [event] = world.events()
    assert (event.type, event.id, event.community) == ("reaction.added", "7f3a", "tea")


async def test_a_list_is_taken_in_its_order(world: World, action: Make) -> None:
    answer = await world.send([action() for _ in range(1000)])
    assert answer.json()["position"] == 999
    assert [event.id for event in world.events()] == [f"a{n}" for n in range(1, 1001)]


async def test_lines_are_taken_as_a_list(world: World, action: Make) -> None:
    lines = b"\n\n".join(json.dumps(action()).encode() for _ in range(3)) + b"\n"
    answer = await world.send(lines, headers={"Content-Type": "application/x-ndjson"})
    assert answer.json()["accepted"] == 3


async def test_the_arrival_stands_in_for_a_missing_time(world: World, action: Make) -> None:
    await world.send(action(time=None))
    [event] = world.events()
    assert event.time == event.arrived


async def test_a_type_from_a_newer_producer_is_kept_and_counted(world: World, action: Make) -> None:
    newer = action(type="tea.poured", data={"cups": 3})
    answer = await world.send([newer, action(type="tea.poured"), action()])
    assert answer.json()["unknown"] == {"tea.poured": 2}
    assert world.events()[0].type == "tea.poured"


async def test_the_same_id_twice_in_a_list_is_no_error(world: World, action: Make) -> None:
    twice = action()
    assert (await world.send([twice, twice])).json()["accepted"] == 2


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"data": {"target": 3}}, "/1/data/target"),
        ({"id": None}, "/1/id"),
        ({"comunity": "tea"}, "/1/comunity"),
        ({"type": "Reaction Added"}, "/1/type"),
        ({"type": "x.y", "data": []}, "/1/data"),
        ({"community": "coffee"}, "/1/community"),
        ({"time": "tomorrow"}, "/1/time"),
        ({"time": "2020-01-01T00:00:00"}, "/1/time"),
        ({"time": "0001-01-01T00:00:00+14:00"}, "/1/time"),
        ({"type": "time.passed", "data": {}}, "/1/type"),
        ({"type": "time.stopped", "data": {}}, "/1/type"),
    ],
)
async def test_one_wrong_item_refuses_the_list_and_is_named(
    world: World, action: Make, change: dict[str, Any], pointer: str
) -> None:
    answer = await world.send([action(), action(**change)])
    assert answer.status_code == 422
    assert pointer in pointers(answer)
    assert world.events() == []


async def test_in_a_single_action_pointers_begin_inside_it(world: World, action: Make) -> None:
    assert pointers(await world.send(action(data={"target": 3}))) == ["/data/target"]


async def test_an_hour_ahead_is_allowed_and_more_is_not(world: World, action: Make) -> None:
    soon = clock.rfc3339(clock.now() + 59 * clock.MINUTE)
    late = clock.rfc3339(clock.now() + 61 * clock.MINUTE)
    assert (await world.send(action(time=soon))).status_code == 202
    assert pointers(await world.send(action(time=late))) == ["/time"]


async def test_the_past_is_welcome(world: World, action: Make) -> None:
    for time in ("1970-01-01T00:00:00Z", "1815-12-10T00:00:00+00:00", "0002-01-01T00:00:00Z"):
        assert (await world.send(action(time=time))).status_code == 202


async def test_more_than_a_thousand_are_refused(world: World, action: Make) -> None:
    many = [action(space=None, time=None, data={"target": "p"}) for _ in range(1001)]
    assert (await world.send(many)).status_code == 422
    lines = b"\n".join(json.dumps(one).encode() for one in many)
    answer = await world.send(lines, headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 422


async def test_without_a_key_401_and_with_one_for_reading_403(world: World, action: Make) -> None:
    reader, _ = await world.context.keys.create("reader", ["read"])
    bare = await world.client.post("/v1/actions", json=action())
    assert (bare.status_code, bare.headers["www-authenticate"]) == (401, "Bearer")
    assert (await world.send(action(), key=reader)).status_code == 403


async def test_an_unknown_community_and_anothers_look_the_same(world: World, action: Make) -> None:
    await world.context.registry.create_or_change("wine", name="Wine", type_="interest")
    others, missing = (
        await world.send(action(community="wine")),
        await world.send(action(community="milk")),
    )
    assert (others.status_code, missing.status_code) == (404, 404)
    assert others.text.replace("wine", "milk") == missing.text
    assert "PUT /v1/communities/milk" in missing.text
    unknown = await world.send(action(community="milk"), key=OPERATOR)
    assert unknown.text == missing.text


@pytest.mark.parametrize("type_", ["crisis.labelled", "reward.from_the_future"])
async def test_operators_types_take_their_scope(world: World, action: Make, type_: str) -> None:
    now = clock.rfc3339(clock.now())
    labelled = action(type=type_, data={"kind": "storm", "started": now})
    refused = await world.send(labelled)
    assert (refused.status_code, pointers(refused)) == (403, ["/type"])
    assert (await world.send(labelled, key=OPERATOR)).status_code == 202


async def test_not_even_the_operator_writes_what_hearth_decides(world: World, action: Make) -> None:
    for type_ in ("time.passed", "member.erased", "time.stopped"):
        answer = await world.send(action(type=type_, data={}), key=OPERATOR)
        assert answer.status_code == 422


async def test_another_media_type_is_a_415_that_lists_ours(world: World, action: Make) -> None:
    body = json.dumps(action()).encode()
    for kind in ("text/plain", "application/json; charset=gb18030", ""):
        answer = await world.send(body, headers={"Content-Type": kind})
        assert answer.status_code == 415


async def test_members_and_texts_are_not_in_the_log_in_clear(world: World, action: Make) -> None:
    written = {"post": "p1", "text": "see https://tea.example, 茶"}
    await world.send(action(type="post.created", data=written))
    [record] = world.log.store.records[world.tea.partition]
    assert b"u42" not in record.value
    assert b"tea.example" not in record.value
    assert world.events()[0].data == {"post": "p1", "length": len(written["text"]), "links": 1}
