"""A gateway over a real database and a log in memory, for tests."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx2
from fastapi import FastAPI

from services.api.app import create
from services.api.context import Context
from services.cli.projections import projections
from services.kit.access.keys import Keys
from services.kit.actions.envelope import one_adapter
from services.kit.actions.journal import Journal
from services.kit.actions.read import event_of
from services.kit.actions.record import Recorder
from services.kit.log.memory import MemoryLog
from services.kit.log.port import ACTIONS
from services.kit.members.directory import Directory
from services.kit.projection import generations
from services.kit.projection.runner import Runner
from services.kit.registry.registry import Registry
from services.kit.runtime import database, migrations
from services.kit.runtime.secrets import Vault

OPERATOR = "the operator's own words"


class World:
    """The application, a client with the operator's key, and hands on what is behind it."""

    def __init__(self, context: Context, log: MemoryLog) -> None:
        self.context, self.log = context, log
        self.app: FastAPI = create(context)
        self.client = self.client_with(OPERATOR)

    def client_with(self, token: str | None) -> httpx2.AsyncClient:
        """A client that sends this key."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return httpx2.AsyncClient(
            transport=httpx2.ASGITransport(self.app), base_url="http://hearth", headers=headers
        )

    async def key(self, *scopes: str, communities: list[str] | None = None) -> httpx2.AsyncClient:
        """A client with a fresh key."""
        token, _ = await self.context.keys.create("test", scopes, communities)
        return self.client_with(token)

    async def put(self, slug: str, **settings: Any) -> dict[str, Any]:
        """Create or change a community."""
        answer = await self.client.put(f"/v1/communities/{slug}", json=settings)
        assert answer.status_code in (200, 201), answer.text
        return dict(answer.json())

    def written(self, slug: str) -> list[tuple[str, dict[str, Any]]]:
        """Type and data of what stands in the log of a community."""
        return [
            (event.type, event.data)
            for partition, records in enumerate(self.log.store.records)
            for event in [event_of(record, partition) for record in records]
            if event.community == slug
        ]

    async def reach(self, projection: str, partition: int, following: int) -> None:
        """Say that a projection has folded everything below `following`."""
        await self.context.pool.execute(
            generations.Q.put_progress, projection, 1, partition, following, 0
        )

    async def conclude(
        self, projection: str, community: int, offset: int, n: int = 0, **data: Any
    ) -> None:
        """A fact in the outbox, as a projection's transaction would put it there."""
        row = [[offset], [n], [community], [f"f{offset}.{n}"], ["level.changed"], [0]]
        facts = [*row, [json.dumps(data)]]
        await self.context.pool.execute(generations.Q.add_facts, projection, 0, *facts)
        await self.context.pool.execute(generations.Q.announce, projection)


@asynccontextmanager
async def world(dsn: str) -> AsyncIterator[World]:
    """A gateway over the database of `dsn`, brought up to date; nothing is folded."""
    await migrations.migrate(dsn)
    pool = await database.pool(dsn, size=4)
    log = MemoryLog(ACTIONS, 4)
    vault = Vault(b"0" * 32)
    registry = Registry(pool, vault, 4)
    directory = Directory(pool)
    keys = Keys(pool, OPERATOR)
    for projection in projections().values():
        await generations.ensure_live(dsn, projection)
    journal = Journal(log, registry, Recorder(directory, b"pepper"))
    context = Context(dsn, pool, registry, directory, keys, journal, log, vault)
    await registry.start()
    await context.start()
    try:
        yield World(context, log)
    finally:
        await context.stop()
        await registry.stop()
        await pool.close()


@asynccontextmanager
async def folding(world: World) -> AsyncIterator[None]:
    """Both consumers at work on the world's log."""
    here = world.context
    runners = [
        Runner(projection, here.dsn, world.log, here.registry, here.directory)
        for projection in projections().values()
    ]
    for runner in runners:
        await runner.start()
    try:
        yield
    finally:
        for runner in runners:
            await runner.stop()


async def said(world: World, *actions: dict[str, Any]) -> dict[str, str]:
    """Append actions, of tea where they do not say; the header that waits for the last."""
    full = [{"source": "test", "community": "tea", **action} for action in actions]
    parsed = [one_adapter().validate_json(json.dumps(action)) for action in full]
    position = await world.context.journal.append(parsed[0].community, parsed)
    return {"Hearth-Wait-For": str(position)}
