"""The slice of a fold that keeps communities: loaded by need, written when changed.

A fold calls `load` and `write` from its own, and `apply` as the LAST thing of folding an event:
it raises before it changes anything, and what the fold did before it must still be undoable.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, TypeVar

import asyncpg
import msgspec

from services.kit.actions.envelope import known_types
from services.kit.actions.event import Event
from services.kit.communities.timeline import Community, Version
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

T = TypeVar("T")
Q = sql.load(__file__)

STARTS = frozenset(
    name for name, model in known_types().items() if model.about_members and not model.operator
)
"""What a member does; the first of these ends the time in which a policy is replaced freely."""


class Communities(Generic[T]):
    """The communities of one partition. `compile_` makes a service's policy of a document."""

    def __init__(self, compile_: Callable[[dict[str, Any]], T]) -> None:
        self._compile = compile_
        self._known: dict[int, Community[T]] = {}
        self._changed: dict[int, bool] = {}

    def __getitem__(self, key: int) -> Community[T]:
        return self._known[key]

    def __iter__(self) -> Iterator[Community[T]]:
        return iter(self._known.values())

    async def load_all(self, db: Connection, keys: Sequence[int]) -> None:
        """Bring these communities into memory."""
        missing = [key for key in keys if key not in self._known]
        if not missing:
            return
        versions = defaultdict(list)
        for row in await db.fetch(Q.versions, missing):
            versions[row["community"]].append(self._version(row))
        rows = {row["community"]: row for row in await db.fetch(Q.communities, missing)}
        for key in missing:
            community: Community[T] = Community(key)
            if key in rows:
                zones = msgspec.json.decode(rows[key]["zones"], type=tuple[tuple[int, str], ...])
                community = Community(key, zones, rows[key]["started"])
            self._known[key] = community.with_versions(tuple(versions[key]))

    async def load(self, db: Connection, events: Sequence[Event]) -> None:
        """Bring the communities of `events` into memory."""
        await self.load_all(db, list({event.key for event in events} - self._known.keys()))

    def _version(self, row: asyncpg.Record) -> Version[T]:
        document = msgspec.json.decode(row["document"], type=dict[str, Any])
        return Version(
            row["version"],
            row["part"],
            row["effective_from"],
            row["published_at"],
            row["offset"],
            document,
            self._compile(document),
        )

    def apply(self, event: Event) -> None:
        """Take in what the event says of its community. Raises ValueError for what is wrong."""
        community = self._known[event.key]
        if event.type == "policy.published":
            replaces = not community.started
            self._put(community.publish(event.data, event.arrived, event.offset, self._compile))
            self._changed[event.key] = self._changed.get(event.key, False) or replaces
        elif event.type == "community.changed":
            name = event.data.get("time_zone")
            if name:
                self._put(community.in_zone(name, event.arrived))
        elif not community.started and event.type in STARTS:
            self._put(
                Community(
                    community.key, community.zones, True, community.versions, community.starts
                )
            )

    def _put(self, community: Community[T]) -> None:
        self._known[community.key] = community
        self._changed.setdefault(community.key, False)

    async def write(self, db: Connection) -> None:
        """Write the communities that changed since the last write."""
        for key, replaced in sorted(self._changed.items()):
            community = self._known[key]
            zones = msgspec.json.encode(community.zones).decode()
            await db.execute(Q.put, key, zones, community.started)
            if replaced:
                await db.execute(Q.drop_versions, key)
            await db.executemany(Q.put_version, [_row(key, v) for v in community.versions])
        self._changed.clear()


def _row(key: int, version: Version[Any]) -> tuple[Any, ...]:
    return (
        key,
        version.version,
        version.part,
        version.effective_from,
        version.published_at,
        version.offset,
        msgspec.json.encode(version.document).decode(),
    )
