"""What must hold after a run and while it goes on, by the database's tables and the log itself.

The log is read through the port; nothing here asks a service.
"""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import asyncpg

from services.kit.actions.event import TICK, Event
from services.kit.actions.read import event_of, uid_of
from services.kit.log.open import open_log
from services.kit.log.port import ACTIONS, Log
from services.kit.runtime.database import is_away
from tests.faults.traffic import ENTRIES, STOCK, Speaker
from tests.support.waiting import until

PROJECTIONS = ("incentives", "alerts")


@dataclass
class Truth:
    """What the log holds: of each named event its first place, and how often it stands there."""

    first: dict[bytes, Event] = field(default_factory=dict)
    ends: dict[int, int] = field(default_factory=dict)
    repeats: int = 0

    async def read(self, log: Log) -> None:
        """The whole log."""
        for partition in range(await log.partitions()):
            self.ends[partition] = await log.end(partition)
            async for records in log.read(partition, 0, self.ends[partition]):
                for record in records:
                    self._note(event_of(record, partition))

    def _note(self, event: Event) -> None:
        if event.type == TICK:
            return
        if self.first.setdefault(uid_of(event), event) is not event:
            self.repeats += 1


@dataclass
class Findings:
    """Counts; all of them 0 when the promises hold."""

    lost: int = 0
    doubled: int = 0
    out_of_order: int = 0
    wrong_balances: int = 0
    overdrawn: int = 0
    wrong_stock: int = 0
    illegal_transitions: int = 0
    wrong_open_counts: int = 0
    dead_letters: int = 0

    def figures(self) -> dict[str, object]:
        """For the table."""
        return {name.replace("_", " "): value for name, value in vars(self).items()}

    @property
    def clean(self) -> bool:
        return not any(vars(self).values())


class Checks:
    """Looks at one installation's database and log."""

    def __init__(self, database_url: str, log_url: str | None = None) -> None:
        self._dsn = database_url
        self._log_url = log_url or database_url
        self.truth = Truth()

    async def caught_up(self, seconds: float = 120) -> None:
        """Until both projections have folded all that the log holds."""
        log = await self._opened()
        try:
            await until(lambda: self._behind(log), lambda behind: behind == 0, seconds)
        finally:
            await log.stop()

    async def _opened(self) -> Log:
        log = open_log(self._log_url, ACTIONS)
        await log.start()
        return log

    async def _behind(self, log: Log) -> int:
        ends = {p: await log.end(p) for p in range(await log.partitions())}
        db = await asyncpg.connect(self._dsn)
        try:
            rows = await db.fetch(
                "SELECT p.projection, p.partition, p.next FROM projection.progress p"
                " JOIN projection.generations g USING (projection, generation) WHERE g.live"
            )
        finally:
            await db.close()
        stand = {(row["projection"], row["partition"]): row["next"] for row in rows}
        return sum(
            max(0, end - stand.get((name, p), 0)) for name in PROJECTIONS for p, end in ends.items()
        )

    async def findings(self, speakers: list[Speaker]) -> Findings:
        """What does not hold, once everything is folded."""
        log = await self._opened()
        try:
            self.truth = Truth()
            await self.truth.read(log)
        finally:
            await log.stop()
        db = await asyncpg.connect(self._dsn)
        try:
            found = Findings()
            await self._folded(db, speakers, found)
            await self._entries(db, found)
            await invariants(db, found)
            found.out_of_order = self._out_of_order(speakers)
            found.dead_letters = await db.fetchval("SELECT count(*) FROM projection.dead_letters")
            return found
        finally:
            await db.close()

    async def _folded(
        self, db: "asyncpg.Connection[Any]", speakers: list[Speaker], found: Findings
    ) -> None:
        wanted = {name_of(s.slug, id_) for s in speakers for id_ in s.acked}
        for projection in PROJECTIONS:
            rows = await db.fetch(f"SELECT uid FROM projection.seen_{projection}")
            found.lost += len(wanted - {row["uid"] for row in rows})

    async def _entries(self, db: "asyncpg.Connection[Any]", found: Findings) -> None:
        """Each event's effects: of its first place in the log all of them, of others none."""
        slugs = await slugs_of(db)
        ledger, messages = await schema_of(db, "incentives"), await schema_of(db, "alerts")
        rows = await db.fetch(
            f'SELECT community, "offset", count(*) AS n FROM {ledger}.ledger GROUP BY 1, 2'
        )
        made = Counter({(slugs[r["community"]], r["offset"]): r["n"] for r in rows})
        due = Counter(
            {(e.community, e.offset): ENTRIES.get(e.type, 0) for e in self.truth.first.values()}
        )
        found.lost += sum((due - made).values())
        found.doubled += sum((made - due).values())
        posts = Counter(e.community for e in self.truth.first.values() if e.type == "post.created")
        rows = await db.fetch(f"SELECT community, count(*) AS n FROM {messages}.message GROUP BY 1")
        counted = Counter({slugs[row["community"]]: row["n"] for row in rows})
        found.lost += sum((posts - counted).values())
        found.doubled += sum((counted - posts).values())

    def _out_of_order(self, speakers: list[Speaker]) -> int:
        wrong = 0
        for speaker in speakers:
            offsets = [self.truth.first[name_of(speaker.slug, id_)].offset for id_ in speaker.acked]
            wrong += sum(1 for one, other in pairwise(offsets) if one >= other)
        return wrong


def name_of(community: str, id_: str) -> bytes:
    """The 16 bytes that name an action of the traffic."""
    event = Event(type="", id=id_, source="platform", time=0, arrived=0, community=community)
    return uid_of(event)


async def slugs_of(db: "asyncpg.Connection[Any]") -> dict[int, str]:
    """Communities by number."""
    rows = await db.fetch("SELECT community, slug FROM hearth.communities")
    return {row["community"]: row["slug"] for row in rows}


async def schema_of(db: "asyncpg.Connection[Any]", projection: str) -> str:
    """The schema of a projection's live generation."""
    number = await db.fetchval(
        "SELECT generation FROM projection.generations WHERE projection = $1 AND live", projection
    )
    return f"{projection}_{number}"


WRONG_STOCK = """
SELECT count(*) FROM (
    SELECT community, reward, sum(CASE state WHEN 0 THEN 1 ELSE -1 END) AS out,
        (array_agg(taken ORDER BY "offset" DESC))[1] AS taken
    FROM {0}.redemption WHERE taken IS NOT NULL GROUP BY 1, 2
) folded FULL JOIN (
    SELECT d.community, count(*) AS held FROM rewards.decision d
    WHERE NOT EXISTS (
        SELECT FROM {0}.redemption r WHERE r.community = d.community AND r.name = d.redemption)
    GROUP BY 1
) decided USING (community)
WHERE out <> taken OR out < 0 OR coalesce(out, 0) + coalesce(held, 0) > $1"""
"""Communities that gave out more of their one reward than there are, or miscounted it."""

WRONG_OPEN_COUNTS = """
SELECT count(*) FROM (
    SELECT community, count(*) FILTER (WHERE type = 'incident.opened')
        - count(*) FILTER (WHERE type = 'incident.resolved') AS n
    FROM projection.facts WHERE projection = 'alerts' GROUP BY 1
) told FULL JOIN (
    SELECT community, count(*) AS n FROM {0}.incident WHERE state <> 'resolved' GROUP BY 1
) open USING (community)
WHERE coalesce(told.n, 0) <> coalesce(open.n, 0)"""
"""Communities of which more or fewer incidents are open than were opened and not closed."""


async def invariants(db: "asyncpg.Connection[Any]", found: Findings) -> None:
    """What holds at every moment, seen in one snapshot."""
    async with db.transaction(isolation="repeatable_read", readonly=True):
        incentives, alerts = await schema_of(db, "incentives"), await schema_of(db, "alerts")
        found.wrong_balances += await db.fetchval(
            f"""
            SELECT count(*) FROM {incentives}.balance b FULL JOIN (
                SELECT community, account, member, sum(granted) AS sum
                FROM {incentives}.ledger GROUP BY 1, 2, 3
            ) l USING (community, account, member)
            WHERE coalesce(b."all", 0) <> coalesce(l.sum, 0)"""
        )
        found.overdrawn += await db.fetchval(
            f'SELECT count(*) FROM {incentives}.balance WHERE "all" < 0'
        )
        found.wrong_stock += await db.fetchval(WRONG_STOCK.format(incentives), STOCK)
        changes = await db.fetch(
            f"SELECT community, rule, space, was, state FROM {alerts}.rule_change"
            " ORDER BY community, rule, space, n"
        )
        found.illegal_transitions += sum(
            1
            for one, other in pairwise(changes)
            if tuple(one)[:3] == tuple(other)[:3] and one["state"] != other["was"]
        )
        found.illegal_transitions += await db.fetchval(
            f"SELECT count(*) FROM {alerts}.incident"
            " WHERE state NOT IN ('open', 'acknowledged', 'resolved')"
        )
        found.wrong_open_counts += await db.fetchval(WRONG_OPEN_COUNTS.format(alerts))


class Poll:
    """Looks at the invariants again and again while faults happen; absent databases are waited
    for."""

    def __init__(self, database_url: str) -> None:
        self._dsn = database_url
        self.found, self.reads = Findings(), 0
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> "Poll":
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._task is not None
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        if not self._task.cancelled() and (error := self._task.exception()) is not None:
            raise error

    async def _run(self) -> None:
        while True:
            try:
                db = await asyncpg.connect(self._dsn)
                try:
                    await invariants(db, self.found)
                    self.reads += 1
                finally:
                    await db.close(timeout=2)
            except Exception as error:
                if not is_away(error):
                    raise  # else it is being killed
            await asyncio.sleep(0.5)
