"""A home on the postgres log, its incentives folded: what a preview stands on."""

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from services.cli.home import Home, opened
from services.incentives.preview.commands import Comparison, Preview
from services.incentives.projection import PROJECTION
from services.kit.actions.envelope import one_adapter
from services.kit.projection import generations
from services.kit.projection.runner import Runner
from services.kit.runtime.settings import Settings
from tests.support.waiting import until


@dataclass
class Place:
    """Communities with a past, and short ways to ask what a draft would make of it."""

    home: Home
    said: int = 0

    async def community(self, slug: str, policy: Mapping[str, Any] | None) -> None:
        """Given a community under a policy."""
        await self.home.registry.create_or_change(slug, name=slug, type_="interest")
        await self.say(slug, [{"type": "community.changed", "data": {"time_zone": "UTC"}}])
        if policy is not None:
            await self.publish(slug, policy)

    async def publish(self, slug: str, policy: Mapping[str, Any]) -> None:
        """Given a further publication, of which no gate was asked."""
        await self.say(slug, [{"type": "policy.published", "data": {"document": policy}}])

    async def say(self, slug: str, actions: Iterable[Mapping[str, Any]]) -> None:
        """Given some actions, in the log."""
        left = iter(actions)
        while part := list(islice(left, 1000)):
            parsed = [one_adapter().validate_json(self._wire(slug, each)) for each in part]
            await self.home.journal.append(slug, parsed)

    def _wire(self, slug: str, action: Mapping[str, Any]) -> str:
        self.said += 1
        return json.dumps({"source": "test", "id": f"e{self.said}", **action, "community": slug})

    async def posts(self, slug: str, **counts: int) -> None:
        """Given so many posts of each member."""
        await self.say(
            slug,
            [
                {"type": "post.created", "member": member, "data": {"post": f"{member}/{number}"}}
                for member, count in counts.items()
                for number in range(count)
            ],
        )

    async def folded(self) -> None:
        """Given that incentives have folded all there is."""
        log, pool = self.home.actions, self.home.pool
        runner = Runner(
            PROJECTION, self.home.dsn, log, self.home.registry, self.home.directory, 4000
        )
        ends = {number: await log.end(number) for number in range(await log.partitions())}
        await runner.start()
        try:
            await until(
                lambda: _reached(pool),
                lambda reached: all(reached.get(n, 0) >= end for n, end in ends.items()),
                seconds=120,
            )
        finally:
            await runner.stop()

    async def preview(self, slug: str, draft: Mapping[str, Any]) -> Preview:
        """The preview of a draft, not begun."""
        community = await self.home.registry.community(slug)
        return Preview(self.home.dsn, self.home.sources, community, draft)

    @asynccontextmanager
    async def under(self, slug: str, draft: Mapping[str, Any]) -> AsyncIterator[Comparison]:
        """When the past is replayed under a draft."""
        async with (await self.preview(slug, draft)).run() as comparison:
            yield comparison

    async def token(self, slug: str, member: str) -> int:
        """The token of a member."""
        community = await self.home.registry.community(slug)
        return (await self.home.directory.find(community.key, [member]))[member]

    async def scratches(self) -> list[str]:
        """Scratch schemas that are there."""
        rows = await self.home.pool.fetch(generations.Q.scratches, "incentives_scratch_")
        return [row["schema"] for row in rows]


async def _reached(pool: Any) -> dict[int, int]:
    async with pool.acquire() as db:
        try:
            live = await generations.live(db, PROJECTION.name)
        except LookupError:
            return {}
        return await generations.reached(db, PROJECTION.name, live)


@pytest.fixture
async def place(database: str, tmp_path: Path) -> AsyncIterator[Place]:
    """An empty installation with one partition, so that communities share it."""
    settings = Settings(data=tmp_path, partitions=1)
    async with opened(settings, database) as home:
        yield Place(home)
