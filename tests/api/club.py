"""A club two months on: lin has read more than wei, holds a badge and has become a star."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from services.kit.actions.record import tick
from services.kit.runtime import clock
from tests.api.world import World, folding, said

POLICY: dict[str, Any] = {
    "name": "club",
    "points": [{"name": "read", "on": "member.checked_in", "doer": {"points": 10}}],
    "badges": {
        "reader": {
            "kind": "count",
            "action": "member.checked_in",
            "title": {"zh": "书虫", "en": "Bookworm"},
            "description": "Checked in.",
            "certificate": True,
        },
        "plain": {"kind": "count", "action": "member.checked_in"},
    },
    "stars": {
        "reading": {"title": {"zh": "阅读之星", "en": "Reader of the month"}, "board": "points"},
        "quiet": {"board": "points", "per": "week", "certificate": False},
    },
}


@asynccontextmanager
async def met(world: World) -> AsyncIterator[World]:
    """The club in a world, its consumers at work."""
    await world.put("tea", name="春山读书会", type="interest", time_zone="Asia/Shanghai")
    answer = await world.client.post("/v1/communities/tea/policies", json=POLICY)
    assert answer.status_code in (200, 201, 202), answer.text
    async with folding(world):
        acts = [
            {"id": f"r{n}", "type": "member.checked_in", "member": who, "data": {}}
            for n, who in enumerate(["lin", "wei", "lin"])
        ]
        wait = await said(world, *acts)
        await world.client.get("/v1/communities/tea/members/lin", headers=wait)
        partition = (await world.context.registry.community("tea")).partition
        at = await world.log.append(partition, [tick(partition, clock.now() + 40 * clock.DAY)])
        headers = {"Hearth-Wait-For": str(at)}
        await world.client.get("/v1/communities/tea/members/lin", headers=headers)
        yield world
