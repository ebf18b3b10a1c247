"""Ingest over a real database and the log in memory, reached as ASGI."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from typing import Any

import asyncpg
import httpx2
import pytest

from services.ingest.app import app
from services.ingest.context import Context
from services.ingest.receive.intake import Intake, Limits
from services.kit.access.keys import Keys
from services.kit.actions.event import Event
from services.kit.actions.read import event_of
from services.kit.actions.record import Recorder
from services.kit.log.memory import MemoryLog
from services.kit.log.port import ACTIONS
from services.kit.members.directory import Directory
from services.kit.registry.registry import Community, Registry
from services.kit.runtime import clock, migrations
from services.kit.runtime.database import pool as open_pool
from services.kit.runtime.secrets import Vault

OPERATOR = "operator-key"
SECRET = "discourse-example-secret"


@dataclass
class World:
    """Everything a test needs to send and to look at what became of it."""

    context: Context
    intake: Intake
    log: MemoryLog
    tea: Community
    client: httpx2.AsyncClient
    pool: asyncpg.Pool
    key: str

    async def send(self, body: Any, key: str | None = None, **more: Any) -> httpx2.Response:
        """POST to /v1/actions with the world's key, as JSON unless `content` is given."""
        headers = {"Authorization": f"Bearer {key or self.key}"} | more.pop("headers", {})
        if isinstance(body, bytes):
            headers = {"Content-Type": "application/json"} | headers
            return await self.client.post("/v1/actions", content=body, headers=headers, **more)
        return await self.client.post("/v1/actions", json=body, headers=headers, **more)

    def events(self, community: Community | None = None) -> list[Event]:
        """What the log holds of the partition of a community."""
        partition = (community or self.tea).partition
        return [event_of(record, partition) for record in self.log.store.records[partition]]

    def served(self, **changes: Any) -> "World":
        """The same world behind another application, with parts of its context changed."""
        context = replace(self.context, **changes)
        intake = context.intake()
        return replace(self, context=context, intake=intake, client=_client(context, intake))


def _client(context: Context, intake: Intake) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=app(context, intake))
    return httpx2.AsyncClient(transport=transport, base_url="http://hearth")


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    await migrations.migrate(database)
    pool = await open_pool(database, size=4)
    registry = Registry(pool, Vault(b"v" * 32), 4)
    keys = Keys(pool, OPERATOR)
    log = MemoryLog(ACTIONS, 4)
    context = Context(log, registry, Recorder(Directory(pool), b"pepper"), keys, Limits())
    tea, _ = await registry.create_or_change("tea", name="Tea", type_="interest")
    await registry.put_source(tea, "forum", "discourse", {"secrets": [SECRET]})
    token, _ = await keys.create("writer", ["actions:write"], ["tea"])
    intake = context.intake()
    client = _client(context, intake)
    yield World(context, intake, log, tea, client, pool, token)
    await client.aclose()
    await pool.close()


@pytest.fixture
def action() -> Callable[..., dict[str, Any]]:
    """Makes an action of the community tea; every call has an id of its own."""
    made = 0

    def make(**fields: Any) -> dict[str, Any]:
        nonlocal made
        made += 1
        plain: dict[str, Any] = {
            "specversion": "1.0",
            "id": f"a{made}",
            "source": "https://forum.example/hooks",
            "type": "reaction.added",
            "time": clock.rfc3339(clock.now()),
            "community": "tea",
            "space": "oolong",
            "member": "u42",
            "data": {"target": "p9", "author_of_target": "u7", "kind": "like"},
        }
        return {name: value for name, value in {**plain, **fields}.items() if value is not None}

    return make
