"""A fold over a database of its own: actions in, rows out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.incentives.projection import PROJECTION
from services.kit.actions.envelope import known_types
from services.kit.actions.event import Event
from services.kit.actions.families import MemberMark
from services.kit.projection import compare, generations
from services.kit.projection.batch import Batch, Outcome, fold_batch
from services.kit.projection.definition import Connection, Fact, Fold, FoldContext
from services.kit.runtime import clock

START = clock.parse_rfc3339("2026-03-02T08:00:00+08:00")
COMMUNITY = 1


class NoTexts:
    async def open(self, events: Sequence[Event]) -> None:
        return None


def token(name: str) -> int:
    """A member's token in tests: the same for the same name."""
    return 10_000 + sum(ord(letter) * 131**i for i, letter in enumerate(name)) % 2**40


class Script:
    """Writes a log: one line an action, a minute after the one before unless `at` is given."""

    def __init__(self, policy: Mapping[str, Any] | None = None, time_zone: str = "UTC") -> None:
        self.events: list[Event] = []
        self.log_time = START
        self.act("community.changed", time_zone=time_zone)
        if policy is not None:
            self.act("policy.published", document=policy)

    def act(
        self,
        type_: str,
        member: str | None = None,
        *,
        at: int | str | None = None,
        space: str | None = None,
        community: int = COMMUNITY,
        imported: str | None = None,
        **data: Any,
    ) -> Event:
        """Append an action; `at` is its event time (the log goes on by the minute)."""
        self.log_time += clock.MINUTE
        time = clock.parse_rfc3339(at) if isinstance(at, str) else at
        model = known_types().get(type_)
        for field in model.marked(MemberMark) if model else ():
            if isinstance(data.get(field), str):
                data[field] = token(data[field])
        offset = len(self.events)
        event = Event(
            type=type_,
            id=f"e{offset}",
            source="test",
            time=self.log_time if time is None else time,
            arrived=self.log_time,
            community="tea",
            space=space,
            member=None if member is None else token(member),
            data=data,
            imported=imported,
            offset=offset,
            key=community,
            partition=0,
            log_time=self.log_time,
            uid=offset.to_bytes(16, "big"),
        )
        self.events.append(event)
        return event

    def wait(self, amount: int) -> None:
        """Let log time go on."""
        self.log_time += amount


class Stage:
    """A generation's tables and the fold that fills them."""

    def __init__(self, db: Connection, name: str = "incentives_1") -> None:
        self.db = db
        self.name = name
        self.fold: Fold | None = None
        self.facts: list[Fact] = []
        self.dead: list[str] = []

    async def play(self, events: Sequence[Event], size: int = 5000, silent: bool = False) -> None:
        """Fold events in batches, each its own transaction."""
        await self.set_up()
        if self.fold is None:
            self.fold = PROJECTION.opened(FoldContext(0, silent, NoTexts()))
        for start in range(0, len(events), size):
            part = list(events[start : start + size])
            batch = Batch(part, [], part[-1].offset + 1, part[-1].log_time)
            async with self.db.transaction():
                outcome: Outcome = await fold_batch(self.db, self.fold, batch)
            self.facts += [fact for _, _, fact in outcome.facts]
            self.dead += [letter.detail for letter in outcome.dead]

    async def set_up(self) -> None:
        """Make the tables, once."""
        if not await self.db.fetchval("SELECT to_regnamespace($1) IS NOT NULL", self.name):
            async with self.db.transaction():
                await generations.create_tables(self.db, PROJECTION, self.name)
        await self.db.execute(f'SET search_path = "{self.name}"')

    def forget(self) -> None:
        """What a restart does: the next play begins with empty memory."""
        self.fold = None

    async def hashes(self) -> dict[str, compare.TableHash]:
        """A hash per table."""
        return await compare.hashes(self.db, PROJECTION, self.name)

    async def balance(self, name: str, account: str = "points") -> int | None:
        """What a member has."""
        query = (
            'SELECT "all" FROM balance b JOIN word w ON w.community = b.community'
            " AND w.word = b.account WHERE w.name = $1 AND member = $2"
        )
        value: int | None = await self.db.fetchval(query, account, token(name))
        return value

    async def entries(self, name: str) -> list[tuple[str, int, int, str | None]]:
        """Rule, asked, granted, limit of each entry of a member, in order."""
        query = (
            "SELECT r.name, asked, granted, l.name AS limit FROM ledger e"
            " JOIN word r ON r.community = e.community AND r.word = rule"
            " LEFT JOIN word l ON l.community = e.community AND l.word = limited_by"
            ' WHERE member = $1 ORDER BY "offset", n'
        )
        return [tuple(row) for row in await self.db.fetch(query, token(name))]


def played(actions: Iterable[tuple[str, str | None, dict[str, Any]]], policy: Any) -> Script:
    """A script of plain (type, member, data)."""
    script = Script(policy)
    for type_, member, data in actions:
        script.act(type_, member, **data)
    return script
