"""A P1 is told: one receiver set over HTTP, the shipped policy, and the message can be checked."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook

from services.kit.runtime import clock
from tests.acceptance.acting import complaints, post
from tests.support.client import Client
from tests.support.waiting import until


class Receiver:
    """An HTTP server that refuses the first message, and keeps all that came."""

    def __init__(self) -> None:
        self.url = ""
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.arrived = asyncio.Condition()

    async def take(self, request: web.Request) -> web.Response:
        async with self.arrived:
            self.came.append((dict(request.headers), await request.read()))
            self.arrived.notify_all()
        return web.Response(status=503 if len(self.came) == 1 else 204)

    async def told(self, type_: str) -> Any:
        """The first message of a type that was taken."""

        def there() -> list[Any]:
            messages = [json.loads(body) for _, body in self.came[1:]]
            return [message for message in messages if message["type"] == type_]

        async with self.arrived:
            await asyncio.wait_for(self.arrived.wait_for(there), 30)
        return there()[0]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    made = Receiver()
    app = web.Application()
    app.router.add_post("/hearth", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hearth"
    yield made
    await runner.cleanup()


async def test_an_opening_p1_is_told(operator: Client, community: str, receiver: Receiver) -> None:
    base = f"/v1/communities/{community}"
    secret = (await operator.put(f"{base}/receivers/bot", {"url": receiver.url})).body["secret"]
    await operator.act(post(community, "p1", "ming"))
    position = await operator.act(complaints(community, 60))
    (incident,) = (await operator.get(f"{base}/incidents", position=position))["items"]
    assert (incident["rule"], incident["priority"]) == ("R4", "P1")

    told = (await receiver.told("incident.opened"))["data"]
    for headers, body in receiver.came:
        assert Webhook(secret).verify(body, headers)
    first = receiver.came[0][0]["webhook-id"]
    same = {body for headers, body in receiver.came if headers["webhook-id"] == first}
    assert len(same) == 1
    assert sum(headers["webhook-id"] == first for headers, _ in receiver.came) == 2
    assert (told["incident"], told["community"], told["rule"]) == (incident["id"], community, "R4")
    assert [step["deadline"] for step in told["steps"]] == [
        step["deadline"] for step in incident["steps"]
    ]
    shown = await until(
        lambda: operator.get(told["link"]), lambda found: bool(found["notified_at"]), 20
    )
    happened, detected, notified = (
        clock.parse_rfc3339(shown[name]) for name in ("happened_at", "detected_at", "notified_at")
    )
    assert happened <= detected <= notified
    assert "notified" in [line["what"] for line in shown["timeline"]]
    (listed,) = (await operator.get(f"{base}/receivers"))["items"]
    assert (listed["disabled"], listed["last"]["delivered"]) == (False, True)
