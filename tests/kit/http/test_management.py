"""The management port, served for real."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from prometheus_client import CollectorRegistry, Counter

from services.kit.http.management import management
from services.kit.http.serving import Serving

reasons: dict[str, str | None] = {}


async def _log() -> str | None:
    return reasons.get("log")


async def _database() -> str | None:
    if reasons.get("database"):
        raise OSError("postgresql://user:password@host")
    return None


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    reasons.clear()
    registry = CollectorRegistry()
    Counter("hearth_tea", "Cups of tea.", registry=registry).inc()
    app = management({"log": _log, "database": _database}, registry)
    serving = Serving(app, "127.0.0.1", 0)
    await serving.start()
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{serving.port}") as client:
        yield client
    await serving.stop()
    await serving.stop()


async def test_it_is_alive_whatever_else(client: httpx2.AsyncClient) -> None:
    reasons["log"] = "gone"
    assert (await client.get("/livez")).status_code == 200


async def test_ready_when_every_check_is_content(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (200, True)


async def test_unready_with_reasons_that_give_no_secret_away(client: httpx2.AsyncClient) -> None:
    reasons.update(log="the log is away", database="raises")
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"log": "the log is away", "database": "OSError"}


async def test_metrics_answer_without_a_redirect(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/metrics")
    assert (answer.status_code, "hearth_tea_total 1.0" in answer.text) == (200, True)


async def test_nothing_else_is_here(client: httpx2.AsyncClient) -> None:
    assert (await client.get("/v1/communities")).status_code == 404
    assert (await client.post("/metrics")).status_code == 405


async def test_a_taken_port_is_an_error_at_the_start(client: httpx2.AsyncClient) -> None:
    port = client.base_url.port
    with pytest.raises(OSError, match="in use"):
        await Serving(management({}), "127.0.0.1", port or 0).start()
