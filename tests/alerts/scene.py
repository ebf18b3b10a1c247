"""A community in a scratch database: events in, tables out, whatever the batches."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import Any

import asyncpg

from services.alerts.fold import AlertsFold
from services.alerts.projection import PROJECTION
from services.kit.actions.event import TICK, Event
from services.kit.actions.read import uid_of
from services.kit.projection.batch import Batch, Outcome, fold_batch
from services.kit.projection.definition import Fact, FoldContext
from services.kit.runtime import clock
from services.kit.runtime.clock import parse_rfc3339 as instant

TEA = 1


class NoTexts:
    """Texts stay sealed."""

    async def open(self, events: Sequence[Event]) -> None:
        """Nothing to open."""


class Script:
    """Events of one partition in log order. Arrival is the event time unless given."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._log_time = 0

    def add(
        self, type_: str, at: int | str, member: int | None = None, *, space: str | None = None,
        arrived: int | str | None = None, imported: str | None = None, community: str = "tea",
        key: int = TEA, **data: Any,
    ) -> Event:  # fmt: skip
        time = instant(at) if isinstance(at, str) else at
        came = (
            time if arrived is None else instant(arrived) if isinstance(arrived, str) else arrived
        )
        number = len(self.events)
        event = Event(
            type=type_, id=f"e{number}", source="test", time=time, arrived=came,
            community=community, space=space, member=member, data=data, imported=imported,
        )  # fmt: skip
        self._log_time = max(self._log_time, came)
        event.partition, event.offset, event.key = 0, number, key
        event.log_time, event.uid = self._log_time, uid_of(event)
        self.events.append(event)
        return event

    def policy(self, at: int | str, **document: Any) -> None:
        self.add("policy.published", at, document=document)

    def tick(self, at: int | str) -> None:
        self.add(TICK, at, community="", key=0)


class World:
    """The tables of a generation, and the facts concluded."""

    def __init__(self, db: "asyncpg.Connection[asyncpg.Record]") -> None:
        self.db = db
        self.facts: list[Fact] = []
        self.dead: list[str] = []
        self.fold: AlertsFold | None = None

    @classmethod
    async def new(cls, dsn: str, schema: str = "alerts_1") -> "World":
        db = await asyncpg.connect(dsn)
        await db.execute(f"CREATE SCHEMA {schema}")
        await db.execute(f"SET search_path = {schema}")
        for path in PROJECTION.tables:
            await db.execute(path.read_text(encoding="utf-8"))
        return cls(db)

    async def run(
        self, events: Iterable[Event], batch: int = 5000, *, reopen: bool = False,
        silent: bool = False,
    ) -> None:  # fmt: skip
        """Fold the events in batches; `reopen` throws memory away between them."""
        waiting = list(events)
        while waiting:
            part, waiting = waiting[:batch], waiting[batch:]
            if self.fold is None or reopen:
                self.fold = AlertsFold(FoldContext(0, silent, NoTexts()))
            async with self.db.transaction():
                outcome: Outcome = await fold_batch(
                    self.db, self.fold,
                    Batch(part, next=part[-1].offset + 1, log_time=part[-1].log_time),
                )  # fmt: skip
            self.facts += [fact for _, _, fact in outcome.facts]
            self.dead += [letter.detail for letter in outcome.dead]

    async def rows(self, table: str) -> list[dict[str, Any]]:
        return [dict(row) for row in await self.db.fetch(f"SELECT * FROM {table} ORDER BY 1, 2, 3")]

    async def incidents(self) -> list[dict[str, Any]]:
        rows = await self.db.fetch("SELECT document FROM incident ORDER BY detected_at, incident")
        return [json.loads(row["document"]) for row in rows]

    async def rule(self, rule: str) -> dict[str, Any]:
        text = await self.db.fetchval("SELECT document FROM rule_state WHERE rule = $1", rule)
        return {"state": "inactive", **json.loads(text or "{}")}

    async def hashes(self) -> dict[str, str]:
        """A hash a table, rows in order of all columns; positions and bookkeeping left out."""
        tables = await self.db.fetch(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
        )
        found = {}
        for (table,) in tables:
            rows = await self.db.fetch(
                f"SELECT to_jsonb(t) - 'offset' AS row FROM {table} t ORDER BY 1"
            )
            text = "\n".join(row["row"] for row in rows)
            found[table] = f"{len(rows)}:{hashlib.sha256(text.encode()).hexdigest()[:12]}"
        return found

    async def close(self) -> None:
        await self.db.close()


def day(n: int, hour: float = 12) -> int:
    """An instant on the n-th day from 2026-03-01, local time of Asia/Shanghai."""
    return instant("2026-03-01T00:00:00+08:00") + n * clock.DAY + int(hour * clock.HOUR)


def quiet_weeks(script: Script, days: int, people: int = 30, posts: int = 8) -> None:
    """Every day `people` regular members write a post each, staff write `posts`."""
    for n in range(days):
        for member in range(people):
            script.add("post.created", day(n, 9 + member / 10), 100 + member, post=f"p{n}-{member}")
        for k in range(posts):
            script.add("post.created", day(n, 15 + k / 10), 1, post=f"s{n}-{k}", space="news")
