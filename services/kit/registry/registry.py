"""The registry: which communities exist, where each lives in the log, what is connected to it.

Read on every request, changed hardly ever: rows are cached in the process and dropped when a
change is announced over NOTIFY, so that every process sees it within a moment.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import asyncpg
import msgspec

from services.kit.registry.imports import Import, OpenImports
from services.kit.runtime import clock, database, sql
from services.kit.runtime.secrets import Vault

Q = sql.load(__file__)
DEFAULT_TIME_ZONE = "Asia/Shanghai"


class RegistryError(Exception):
    """Root of what the registry can raise.

    RegistryError
    ├── UnknownCommunityError
    └── UnknownSourceError
    """


class UnknownCommunityError(RegistryError):
    """No community of that name. Create it with PUT /v1/communities/{c}."""


class UnknownSourceError(RegistryError):
    """No source of that name. Create it with PUT /v1/communities/{c}/sources/{s}."""


@dataclass(frozen=True, slots=True)
class Community:
    """A tenant. `key` is its number in tables, `partition` its place in the log."""

    key: int
    slug: str
    partition: int
    name: str
    type: str
    time_zone: str
    created_at: int


@dataclass(frozen=True, slots=True)
class Source:
    """A platform connection; `secrets` holds one, or two while one replaces the other."""

    community: int
    name: str
    platform: str
    secrets: tuple[str, ...]
    settings: dict[str, object]


def _community(row: asyncpg.Record) -> Community:
    return Community(*row)


class Registry:
    """Cached access to the registry's tables. `partitions` is the count of the actions log."""

    def __init__(self, pool: database.Pool, vault: Vault, partitions: int) -> None:
        self._pool = pool
        self._vault = vault
        self._partitions = partitions
        self._communities: dict[str, Community] = {}
        self._slugs: dict[int, str] = {}
        self._imports = OpenImports(pool)
        self._sources: dict[tuple[int, str], Source] = {}
        self._heard = 0
        """Changes heard of: what was read before one of them is not kept."""
        self._listening: asyncio.Task[None] | None = None
        self.also: list[Callable[[], None]] = []
        """Called whenever a change is heard of, and when one may have been missed."""

    async def start(self) -> None:
        """Load what exists and listen for changes."""
        self._remember(await self._pool.fetch(Q.communities))
        self._listening = asyncio.create_task(self._listen(), name="registry")

    async def stop(self) -> None:
        """Stop listening. Stopping twice is safe."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
            self._listening = None
        await self._imports.leave()

    def _remember(self, rows: list[asyncpg.Record]) -> None:
        for row in rows:
            community = _community(row)
            self._communities[community.slug] = community
            self._slugs[community.key] = community.slug

    async def _listen(self) -> None:
        while True:
            try:
                async with self._pool.acquire() as db:
                    lost = asyncio.Event()
                    db.add_termination_listener(lambda _, lost=lost: lost.set())
                    await db.add_listener("hearth_registry", self._changed)
                    self._forget_all()  # whatever was announced before we listened
                    try:
                        await lost.wait()
                    finally:
                        if not db.is_closed():
                            await db.remove_listener("hearth_registry", self._changed)
            except database.AWAY + database.AWAY_STATES:
                pass
            await asyncio.sleep(1)

    def _changed(self, _db: object, _pid: int, _channel: str, slug: object) -> None:
        self._heard += 1
        self._communities.pop(str(slug), None)
        self._imports.heard()
        self._tell()
        for key in [key for key, name in self._slugs.items() if name == slug]:
            for source in [source for source in self._sources if source[0] == key]:
                del self._sources[source]

    def _forget_all(self) -> None:
        self._heard += 1
        self._imports.heard()
        self._communities.clear()
        self._sources.clear()
        self._tell()

    def _tell(self) -> None:
        for each in self.also:
            each()

    async def _announce(self, slug: str) -> None:
        self._changed(None, 0, "", slug)
        await self._pool.execute(Q.announce, slug)

    async def community(self, slug: str) -> Community:
        """A community by its slug. Raises UnknownCommunityError."""
        known = self._communities.get(slug)
        if known is not None:
            return known
        heard = self._heard
        row = await self._pool.fetchrow(Q.community, slug)
        if row is None:
            raise UnknownCommunityError(slug)
        if heard == self._heard:
            self._remember([row])
        return _community(row)

    async def by_key(self, key: int) -> Community:
        """A community by its number. Raises UnknownCommunityError."""
        slug = self._slugs.get(key)
        if slug is None:
            row = await self._pool.fetchrow(Q.community_by_key, key)
            if row is None:
                raise UnknownCommunityError(str(key))
            slug = str(row["slug"])
            self._slugs[key] = slug
        return await self.community(slug)

    async def communities(self) -> list[Community]:
        """All communities, by slug."""
        self._remember(await self._pool.fetch(Q.communities))
        return sorted(self._communities.values(), key=lambda community: community.slug)

    async def create_or_change(
        self, slug: str, *, name: str, type_: str, time_zone: str = DEFAULT_TIME_ZONE
    ) -> tuple[Community, bool]:
        """The community, and whether it is new. A new one is placed where the fewest are."""
        clock.zone(time_zone)
        created = await self._pool.fetchval(
            Q.create, slug, self._partitions, name, type_, time_zone, clock.now()
        )
        if created is None:
            await self._pool.execute(Q.change, slug, name, type_, time_zone)
        await self._announce(slug)
        return await self.community(slug), created is not None

    async def source(self, community: int, name: str) -> Source:
        """A platform connection with its secrets. Raises UnknownSourceError."""
        known = self._sources.get((community, name))
        if known is not None:
            return known
        heard = self._heard
        row = await self._pool.fetchrow(Q.source, community, name)
        if row is None:
            raise UnknownSourceError(name)
        settings = msgspec.json.decode(
            self._vault.open(row["settings"], f"source/{community}/{name}"), type=dict
        )
        secrets = tuple(settings.pop("secrets", ()))
        source = Source(community, name, row["platform"], secrets, settings)
        if heard == self._heard:
            self._sources[(community, name)] = source
        return source

    async def put_source(
        self, community: Community, name: str, platform: str, settings: dict[str, object]
    ) -> None:
        """Create or replace a connection. `settings["secrets"]` is a list of one or two."""
        sealed = self._vault.seal(msgspec.json.encode(settings), f"source/{community.key}/{name}")
        await self._pool.execute(Q.put_source, community.key, name, platform, sealed, clock.now())
        await self._announce(community.slug)

    async def sources(self, community: int) -> list[asyncpg.Record]:
        """Name, platform and time of change of each connection."""
        return await self._pool.fetch(Q.sources, community)

    async def imports(self, community: int) -> tuple[Import, ...]:
        """The open imports, oldest first."""
        return await self._imports.of(community)

    async def open_import(self, community: Community, import_id: str, source: str | None) -> None:
        """What follows is history: in every process, once this has returned."""
        await self._imports.open(community.key, community.slug, import_id, source)

    async def close_import(self, community: Community, import_id: str) -> None:
        """The history is in, likewise."""
        await self._imports.close(community.key, community.slug, import_id)
