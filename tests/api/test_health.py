"""Metrics, rules and incidents, end to end: actions in, what the consumer concluded out."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.kit.runtime import clock
from tests.api.world import World, folding, said


@pytest.fixture
async def live(world: World) -> AsyncIterator[World]:
    async with folding(world):
        yield world


def complaints(count: int) -> list[dict[str, Any]]:
    return [
        {"id": f"c{n}", "type": "complaint.filed", "member": f"u{n}", "data": {"text": "burnt"}}
        for n in range(count)
    ]


async def test_a_metric_tells_what_it_is_made_of(live: World) -> None:
    await live.put("tea")
    post = {"type": "post.created", "space": "oolong"}
    after = await said(
        live,
        {**post, "id": "1", "member": "ming", "data": {"post": "p1", "kind": "ugc"}},
        {**post, "id": "2", "member": "ming", "data": {"post": "p2", "kind": "commercial"}},
    )
    path = "/v1/communities/tea/metrics/ugc_share"
    shown = (await live.client.get(f"{path}?window=7d", headers=after)).json()
    assert (shown["value"], shown["numerator"], shown["denominator"]) == (0.5, 1, 2)
    assert shown["window"].keys() == {"from", "to", "closed"}
    assert shown["definition"]["name"] == "ugc_share"
    assert (await live.client.get(f"{path}?space=oolong")).json()["numerator"] == 1
    listed = (await live.client.get("/v1/communities/tea/metrics")).json()
    assert "ugc_share" in {item["metric"] for item in listed["items"]}
    begins = clock.rfc3339(clock.now() - 3 * clock.DAY)
    series = (await live.client.get(f"{path}?from={begins}")).json()["series"]
    assert series


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("metrics/gossip", 404),
        ("metrics?window=year", 404),
        ("metrics/ugc_share?window=fortnight", 404),
        ("metrics/ugc_share?space=nowhere", 404),
        ("metrics/ugc_share?from=yesterday", 400),
        ("metrics/ugc_share?from=2001-01-01T00:00:00Z", 400),
        ("metrics/ugc_share?from=2030-01-01T00:00:00Z&to=2029-01-01T00:00:00Z", 400),
        ("metrics/ugc_share?space=%00", 422),
        ("rules/R99/changes", 404),
        ("incidents/none", 404),
        ("incidents/%00", 422),
        ("incidents?cursor=x", 400),
    ],
)
async def test_what_is_not_there_is_said(world: World, path: str, status: int) -> None:
    await world.put("tea")
    answer = await world.client.get(f"/v1/communities/tea/{path}")
    assert (answer.status_code, answer.json()["status"]) == (status, status)


async def test_every_rule_has_a_state(live: World) -> None:
    await live.put("tea")
    rules = (await live.client.get("/v1/communities/tea/rules")).json()["items"]
    assert {rule["rule"]: rule["state"] for rule in rules}["R2"] in ("inactive", "no-data")
    changes = await live.client.get("/v1/communities/tea/rules/R2/changes")
    assert changes.json() == {"items": []}


async def test_an_incident_is_taken_up_worked_on_and_closed(live: World) -> None:
    await live.put("tea")
    after = await said(live, *complaints(60))
    path = "/v1/communities/tea/incidents"
    (incident,) = (await live.client.get(path, headers=after)).json()["items"]
    assert (incident["rule"], incident["state"]) == ("R4", "open")
    assert set(incident["affected"]) <= {f"u{n}" for n in range(60)}
    assert incident["affected"]
    one = f"{path}/{incident['id']}"
    step = incident["steps"][0]["name"]
    for order, field in (
        ("acknowledge", "acknowledged_at"),
        (f"steps/{step}/complete", None),
        ("resolve", "resolved_at"),
    ):
        taken = await live.client.post(f"{one}/{order}", json={"by": "li"})
        assert taken.status_code == 202, taken.text
        waits = {"Hearth-Wait-For": taken.headers["hearth-position"]}
        shown = (await live.client.get(one, headers=waits)).json()
        assert field is None or shown[field]
    assert shown["steps"][0]["completed_by"] == "li"
    assert (shown["state"], shown["resolved_by"]) == ("resolved", "li")
    assert (await live.client.post(f"{one}/resolve")).status_code == 409
    assert (await live.client.post(f"{one}/steps/dance/complete")).status_code in (404, 409)
    assert (await live.client.post(f"{path}/none/resolve")).status_code == 404
    assert (await live.client.get(f"{path}?state=open")).json()["items"] == []


async def test_orders_take_the_scope_operate(world: World) -> None:
    await world.put("tea")
    reader = await world.key("read", "actions:write", communities=["tea"])
    for order in ("acknowledge", "resolve", "steps/isolate/complete"):
        answer = await reader.post(f"/v1/communities/tea/incidents/i/{order}")
        assert answer.status_code == 403
