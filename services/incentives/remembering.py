"""The communities that a fold has met, with what it knows of them; filled from the tables."""

from collections.abc import Iterable

from services.incentives import store
from services.incentives.policy.document import Incentives, compile_policy
from services.incentives.tenant import Tenant
from services.kit.communities.slice import Communities
from services.kit.communities.timeline import Community
from services.kit.projection.definition import Connection
from services.kit.runtime import clock

MOST_MEMBERS = 20_000
MOST_POSTS = 50_000
"""In the younger of the two generations of a community's memory."""


class Memory:
    """Of one fold: a tenant and the timeline of each community by its key."""

    def __init__(self) -> None:
        self.communities: Communities[Incentives] = Communities(compile_policy)
        self.tenants: dict[int, Tenant] = {}
        self._fresh: list[int] = []

    def __getitem__(self, key: int) -> tuple[Tenant, Community[Incentives]]:
        return self.tenants[key], self.communities[key]

    async def meet(self, db: Connection, keys: Iterable[int]) -> None:
        """Load those that are not known yet."""
        fresh = sorted(set(keys) - self.tenants.keys())
        if not fresh:
            return
        await self.communities.load_all(db, fresh)
        self.tenants.update(await store.load_tenants(db, fresh))
        self._fresh += fresh

    def day(self, key: int, at: int) -> int:
        """The local day of an instant."""
        return clock.local_day(at, self.communities[key].zone_at(at))

    def start(self, key: int, day: int) -> int:
        """When a local day begins."""
        return clock.day_start(day, self.communities[key].zone_at(day * clock.DAY))

    async def write_homes(self, db: Connection, partition: int) -> None:
        """Where those live that were met since the last write."""
        if self._fresh:
            await db.execute(store.Q.put_homes, self._fresh, partition)
            self._fresh = []

    async def write(self, db: Connection, *, ranked: bool) -> None:
        """Write what changed; let go of what was not touched for long."""
        for _, tenant in sorted(self.tenants.items()):
            await store.write_tenant(db, tenant, ranked=ranked)
            tenant.end_segment()
            tenant.age(MOST_MEMBERS, MOST_POSTS)
        await self.communities.write(db)
