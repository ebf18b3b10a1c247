"""What holds on every route: problems, measured durations, labels without ids."""

import asyncpg
import pytest
from prometheus_client import REGISTRY

from services.api.reading.etag import holds
from tests.api.world import World


async def test_every_error_is_a_problem(world: World) -> None:
    await world.put("tea")
    for method, path, status in (
        ("GET", "/nowhere", 404),
        ("DELETE", "/v1/communities/tea", 405),
        ("GET", "/v1/communities/UPPER", 422),
        ("GET", "/v1/communities/tea/", 404),
    ):
        answer = await world.client.request(method, path)
        assert (answer.status_code, answer.json()["status"]) == (status, status)
        assert answer.headers["content-type"] == "application/problem+json"
    refused = await world.client.delete("/v1/communities/tea")
    assert refused.headers["allow"] == "GET, PUT"
    huge = await world.client.put("/v1/communities/tea", content=b" " * (2 << 20))
    assert (huge.status_code, huge.headers["content-type"]) == (413, "application/problem+json")
    for body in (b'{"name": NaN}', b'{"name": "a", "name": "b"}', b'{"name": "\\ud800"}', b"\xff"):
        kind = {"Content-Type": "application/json"}
        answer = await world.client.put("/v1/communities/tea", content=body, headers=kind)
        assert answer.status_code == 400, body


async def test_a_database_that_is_away_is_503(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.put("tea")

    async def away(*_: object) -> None:
        raise asyncpg.CannotConnectNowError("starting up")

    monkeypatch.setattr(world.context.progress, "reached", away)
    answer = await world.client.get("/v1/communities/tea")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")


async def test_requests_are_measured_by_route_and_never_by_id(world: World) -> None:
    await world.put("tea")
    await world.client.get("/v1/communities/tea/members/u42")
    await world.client.get("/nowhere/u43")
    labels = [
        sample.labels
        for metric in REGISTRY.collect()
        if metric.name == "hearth_api_request_seconds"
        for sample in metric.samples
    ]
    routes = {label["route"] for label in labels}
    assert "/v1/communities/{community}/members/{member:path}" in routes
    assert "none" in routes
    assert not [route for route in routes if "u42" in route or "u43" in route or "tea" in route]
    assert {label["status"] for label in labels} >= {"2xx", "4xx"}


def test_an_etag_is_known_by_its_own_or_by_any() -> None:
    assert holds('"a"', '"a"')
    assert holds('W/"a", "b"', '"a"')
    assert holds("*", '"a"')
    assert not holds("", '"a"')
    assert not holds('"b"', '"a"')
