"""A draft in the shadow of the live policy: a preview whose tables stay, and follow.

What is done to a shadow is done under a lock that holds across processes: following, comparing,
stopping. How far it has followed is committed with what it has folded.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from pydantic import BaseModel, Field

from services.incentives.preview.commands import TRIED, WITHOUT, Comparison, Preview, put_aside
from services.incentives.projection import PROJECTION
from services.kit.log.port import Record
from services.kit.projection import generations
from services.kit.projection.definition import Connection
from services.kit.projection.rebuild import refuse_a_cut_log
from services.kit.projection.replay import Replay, Sources
from services.kit.registry.registry import Community
from services.kit.runtime import clock, database, sql

Q = sql.load(__file__)
_TABLES = Path(__file__).with_name("schema.sql")
_json = msgspec.json.Encoder(order="deterministic").encode


class NoShadowError(LookupError):
    """No draft runs in the shadow of this community's policy."""

    def __init__(self, community: Community) -> None:
        super().__init__(f"no draft runs in the shadow of {community.slug}'s policy")


class Shadowing(BaseModel):
    """How a shadow is doing."""

    started_at: str
    started_by: str
    title: Any = Field(description="Of the draft.")
    following: int = Field(description="First position that it has not folded.")
    behind: int = Field(description="Records that the live side is ahead.")


@dataclass(slots=True)
class Following(Replay):
    """A replay that says in its own tables how far it is."""

    async def apply(self, db: Connection, records: Sequence[Record]) -> None:
        """Fold some records inside the transaction of `db`."""
        await Replay.apply(self, db, records)
        await db.execute(Q.put_position, self.next, self.log_time, self.raised)


@dataclass(frozen=True)
class Shadow:
    """That of a community."""

    dsn: str
    sources: Sources
    community: Community

    @property
    def schema(self) -> str:
        """Of its tables."""
        return f"{PROJECTION.name}_shadow_{self.community.key}"

    async def start(self, document: Mapping[str, Any], by: str) -> None:
        """Begin with a draft that has passed the check, in the place of one that runs.

        Raises BeginningGoneError.
        """
        await refuse_a_cut_log(self.sources.log)
        async with self._held() as db, db.transaction():
            await self._make(db)
            said = (clock.now(), by, _json(document).decode())
            await db.execute(Q.put_draft, self.community.key, PROJECTION.version, *said)

    async def stop(self) -> bool:
        """End it and drop its tables; whether there was one."""
        async with self._held() as db, db.transaction():
            await self._drop(db)
            return await db.fetchval(Q.drop_draft, self.community.key) is not None

    async def status(self) -> Shadowing:
        """How it is doing. Raises NoShadowError, LookupError before the projection ever ran."""
        db = await database.connect(self.dsn)
        try:
            row = await self._draft(db)
            following = await self._position(db)
            behind = await self._reached(db) - following[0]
        finally:
            await db.close()
        return Shadowing(
            started_at=clock.rfc3339(row["started_at"]),
            started_by=row["started_by"],
            title=msgspec.json.decode(row["document"]).get("title", ""),
            following=following[0],
            behind=max(0, behind),
        )

    @asynccontextmanager
    async def compare(
        self,
        told: Callable[[int, int], None] = lambda _done, _total: None,
        *,
        longest: int | None = None,
        at_once: int = 10_000,
    ) -> AsyncIterator[Comparison]:
        """Catch up with what is live and compare; what was caught up stays so, whatever happens.

        Raises NoShadowError, and what `Preview.run` raises.
        """
        async with self._held() as db:
            preview, replay = await self.opened(db)
            yield await preview.compared(db, replay, told, longest, at_once)

    async def follow(self, db: Connection, kept: Following | None, most: int) -> Following | None:
        """Fold up to `most` further records; None where all are. `db` holds the shadow.

        `kept` goes on where nobody else went on meanwhile. Raises NoShadowError.
        """
        _, replay = await self.opened(db)
        if kept is not None and (kept.next, kept.log_time) == (replay.next, replay.log_time):
            replay = kept
        goal = min(await self._reached(db), replay.next + most)
        if goal <= replay.next:
            return None
        await replay.run(db, goal, at_once=AT_ONCE)
        return replay

    async def opened(self, db: Connection) -> tuple[Preview, Following]:
        """The draft, and the replay where it has come to. Raises NoShadowError."""
        row = await self._draft(db)
        if row["version"] != PROJECTION.version:
            async with db.transaction():
                await self._make(db)
                await db.execute(Q.made_by, self.community.key, PROJECTION.version)
        document = msgspec.json.decode(row["document"])
        preview = Preview(self.dsn, self.sources, self.community, document)
        following, log_time, raised = await self._position(db)
        replay = Following(
            TRIED,
            self.schema,
            self.community.partition,
            self.sources,
            only=self.community.slug,
            first=() if following else [preview.published],
            without=WITHOUT,
            next=following,
            log_time=log_time,
        )
        replay.raised = raised
        return preview, replay

    async def _draft(self, db: Connection) -> Any:
        row = await db.fetchrow(Q.draft, self.community.key)
        if row is None:
            raise NoShadowError(self.community)
        return row

    async def _position(self, db: Connection) -> tuple[int, int, int]:
        row = await db.fetchrow(Q.position.format(schema=self.schema))
        return (0, 0, 0) if row is None else (row["next"], row["log_time"], row["raised"])

    async def _reached(self, db: Connection) -> int:
        live = await generations.live(db, PROJECTION.name)
        reached = await generations.reached(db, PROJECTION.name, live)
        return reached.get(self.community.partition, 0)

    async def _make(self, db: Connection) -> None:
        await self._drop(db)
        await generations.create_tables(db, PROJECTION, self.schema)
        await put_aside(db, self.schema)
        await db.execute(_TABLES.read_text(encoding="utf-8"))
        for row in await db.fetch(Q.tables, self.schema):
            await db.execute(f'ALTER TABLE "{self.schema}"."{row["table"]}" SET UNLOGGED')

    async def _drop(self, db: Connection) -> None:
        await db.execute(f'DROP SCHEMA IF EXISTS "{self.schema}" CASCADE')

    @asynccontextmanager
    async def _held(self) -> AsyncIterator[Connection]:
        db = await database.connect(self.dsn, synchronous=False)
        try:
            # Nobody waits for these rows, however long a fold thinks between two statements.
            await db.execute("SET idle_in_transaction_session_timeout = 0")
            await db.execute(Q.hold, self.community.key)
            yield db
        finally:
            await db.close()


AT_ONCE = 500
"""Records a transaction: who shares the process waits for the folding of so many at the most."""


async def drafts(db: Connection) -> set[int]:
    """The communities with a shadow."""
    return {row["community"] for row in await db.fetch(Q.drafts)}
