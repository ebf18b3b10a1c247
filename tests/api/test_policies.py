"""Policies: checked as a whole, with places and what is allowed; published through the log."""

from typing import Any

import pytest

from services.api.policies.document import check
from services.kit.http.problem import Fault
from services.kit.policy import library
from services.kit.policy.document import UnreadablePolicyError, line_of, read
from tests.api.world import World

POINTS = "points:\n  - name: post\n    on: post.created\n    doer: {points: 5}\n"


def test_a_policy_of_both_services_is_one_document() -> None:
    assert (
        check({**read(POINTS), "health": {}, "alerts": {}, "title": {"en": "Tea", "zh": "茶"}})
        == []
    )


@pytest.mark.parametrize(
    ("document", "place", "words"),
    [
        ({"helth": {}}, "/helth", "health"),
        ({"points": [{"name": "x", "on": "post.created", "bonus": 3}]}, "/points/0/bonus", "doer"),
        (
            {"points": [{"name": "x", "on": "post.createdd", "doer": {"points": 3}}]},
            "/points/0/on",
            "type",
        ),
        ({"points": [{"on": "post.created", "doer": {"points": 3}}]}, "/points/0/name", "missing"),
        ({"health": {"colour": 1}}, "/health/colour", "benchmarks"),
        ({"alerts": {"rules": {"gossip": {}}}}, "/alerts/rules/gossip", "complaint"),
        ({"dated": [{"caps": []}]}, "/dated/0/from", "RFC 3339"),
        ({"dated": [{"from": "2019-11-13T00:00:00Z", "capz": []}]}, "/dated/0/capz", "caps"),
        ({"dated": [{"from": "2019-11-13T00:00:00Z", "points": 3}]}, "/dated/0/points", "tuple"),
        ({"title": 3}, "/title", "string"),
    ],
)
def test_what_is_wrong_is_told_with_its_place_and_what_is_allowed(
    document: dict[str, Any], place: str, words: str
) -> None:
    found = check(document)
    assert {fault.pointer for fault in found} == {place}
    assert any(words in fault.detail for fault in found), found


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1\na: 2", "duplicate"),
        ("a: &x [1]\nb: *x", "line 2: write it out"),
        ("a: [", "line 1"),
        ("- a", "mapping"),
        ("a: .nan", "no number that JSON has"),
        ("a: 99999999999999999999", "64 bits"),
        ("1: a", "a key is text"),
        ('a: "\\0"', "NUL"),
        ("a: " + "[" * 70 + "]" * 70, "deeper"),
        ("a: " + "[" * 5000 + "]" * 5000, "deeper"),
    ],
)
def test_yaml_that_json_could_not_hold_is_refused(text: str, fault: str) -> None:
    with pytest.raises(UnreadablePolicyError, match=fault):
        read(text)


def test_times_stay_the_text_they_were() -> None:
    assert read("from: 2019-11-13T00:00:00Z\non: 2019-01-01") == {
        "from": "2019-11-13T00:00:00Z",
        "on": "2019-01-01",
    }


def test_a_place_has_a_line() -> None:
    assert line_of(POINTS, "/points/0/on") == 3
    assert line_of(POINTS, "/points/0/bonus") == 2


async def test_publishing_appends_it_once(world: World) -> None:
    await world.put("tea")
    before = len(world.written("tea"))
    yaml = {"content": POINTS, "headers": {"Content-Type": "application/yaml"}}
    first = await world.client.post("/v1/communities/tea/policies", **yaml)
    again = await world.client.post("/v1/communities/tea/policies", json=read(POINTS))
    assert (first.status_code, first.json()["published"]) == (202, True)
    assert again.json() == {"position": first.json()["position"], "published": False}
    (published,) = world.written("tea")[before:]
    assert published == ("policy.published", {"document": read(POINTS), "by": "operator"})
    later = await world.client.post(
        "/v1/communities/tea/policies?effective_from=2030-01-01T00:00:00Z", json=read(POINTS)
    )
    assert later.json()["published"]
    assert world.written("tea")[-1][1]["effective_from"] == "2030-01-01T00:00:00Z"
    past = await world.client.post(
        "/v1/communities/tea/policies?effective_from=2020-01-01T00:00:00Z", json=read(POINTS)
    )
    assert (past.status_code, past.json()["errors"][0]["pointer"]) == (400, "?effective_from")


async def test_a_wrong_one_is_refused_and_nothing_appended(world: World) -> None:
    await world.put("tea")
    before = world.written("tea")
    path = "/v1/communities/tea/policies"
    wrong = await world.client.post(path, json={"helth": {}})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/helth")
    for body, status in (
        (b"{", 400),
        (b"[]", 422),
        (b'{"a": NaN}', 400),
        (b"x" * (600 << 10), 413),
    ):
        kind = {"Content-Type": "application/json"}
        assert (await world.client.post(path, content=body, headers=kind)).status_code == status
    kind = {"Content-Type": "text/html"}
    assert (await world.client.post(path, content=b"{}", headers=kind)).status_code == 415
    reader = await world.key("read")
    assert (await reader.post(path, json={})).status_code == 403
    assert world.written("tea") == before


async def test_the_schemas_are_published(world: World) -> None:
    nobody = world.client_with(None)
    policy = (await nobody.get("/v1/schemas/policy")).json()
    action = (await nobody.get("/v1/schemas/action")).json()
    assert {"points", "health", "dated"} <= policy["properties"].keys()
    assert action["title"] == "Action"


def test_faults_are_told_once() -> None:
    assert check({"helth": {}}) == [Fault("/helth", check({"helth": {}})[0].detail)]


@pytest.mark.parametrize("name", library.names())
def test_what_is_shipped_passes_its_own_check(name: str) -> None:
    assert check(library.shipped(name)) == []
