"""A club with rules by words, in which somebody asks to be forgotten."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from services.cli.projections import projections
from services.kit.erasure.eraser import Eraser
from services.kit.erasure.receipt import PURPOSE
from services.kit.projection import compare, generations
from services.kit.projection.replay import Sources
from services.kit.projection.verify import Proof
from services.kit.runtime import database
from services.kit.runtime.signing import Signer
from tests.api.world import World, said

POLICY: dict[str, Any] = {
    "name": "words",
    "points": [
        {"name": "post", "on": "post.created", "doer": {"points": 10, "growth": 5}},
        {"name": "liked", "on": "reaction.added", "author": {"points": 1}},
    ],
    "boards": {"points": {"account": "points"}},
    "health": {"kinds": [{"kind": "commercial", "words": ["discount"]}]},
}


def post(number: int, member: str, text: str) -> dict[str, Any]:
    return {
        "id": f"post/{number}",
        "type": "post.created",
        "member": member,
        "time": f"2026-03-{1 + number % 20:02}T08:00:00Z",
        "data": {"post": f"p{number}", "text": text},
    }


async def club(world: World) -> dict[str, str]:
    """Tea, its policy, and some posts of two members; the header that waits for all of it."""
    await world.put("tea")
    assert (await world.client.post("/v1/communities/tea/policies", json=POLICY)).is_success
    texts = ["Good tea", "A discount for you", "Morning"]
    posts = [post(n, ("lin", "wei")[n % 2], texts[n % 3]) for n in range(30)]
    return await said(world, *posts)


def eraser(world: World) -> Eraser:
    here = world.context
    reading = [each for each in projections().values() if each.reads_texts]
    sources = Sources(world.log, here.registry, here.directory)
    return Eraser(here.dsn, sources, here.registry, reading, Signer(here.vault, PURPOSE))


@asynccontextmanager
async def connected(world: World) -> AsyncIterator[database.Connection]:
    db = await database.connect(world.context.dsn)
    try:
        yield db
    finally:
        await db.close()


async def erased(world: World, member: str = "lin") -> dict[str, Any]:
    """Order it, carry it out; as it is shown."""
    path = f"/v1/communities/tea/members/{member}/erase"
    answer = await world.client.post(path)
    assert answer.status_code == 202, answer.text
    async with connected(world) as db:
        assert await eraser(world).round(db) == 0
    shown = await world.client.get(f"/v1/communities/tea/erasures/{answer.json()['erasure']}")
    return dict(shown.json())


async def differing(world: World) -> dict[str, list[str]]:
    """The tables that differ from a replay, by projection."""
    here = world.context
    sources = Sources(world.log, here.registry, here.directory)
    found = {}
    for name, projection in projections().items():
        found[name], _ = await Proof(projection, here.dsn, sources).different()
    return found


async def tables(world: World) -> str:
    """The live tables, as far as they are compared, hashed."""
    found = {}
    async with connected(world) as db:
        for name, projection in projections().items():
            schema = generations.schema_of(name, await generations.live(db, name))
            found[name] = await compare.hashes(db, projection, schema)
    return json.dumps(found)


async def rows(world: World, query: str) -> list[Any]:
    return [tuple(row) for row in await world.context.pool.fetch(query)]
