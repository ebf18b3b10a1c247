"""Trying a draft of a policy: a community's whole history under it, beside what members have.

The replay is that of a rebuild, into scratch tables, and of one community: its own publications
are left out and the draft stands before everything. Nothing live is changed, nothing concluded.
"""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from services.incentives.policy import view as policies
from services.incentives.policy.document import Incentives, compile_policy
from services.incentives.preview.gate import Gate, Names, disapproved, lowered
from services.incentives.preview.view import Both, Change, Comparison, Moves, Q, Totals, totals
from services.incentives.projection import PROJECTION, IncentivesFold
from services.kit.actions.event import Event
from services.kit.communities.timeline import dated_parts
from services.kit.projection import generations
from services.kit.projection.definition import Connection
from services.kit.projection.rebuild import refuse_a_cut_log
from services.kit.projection.replay import Replay, Sources
from services.kit.projection.scratch import scratch
from services.kit.registry.registry import Community

__all__ = [
    "Both",
    "Change",
    "Comparison",
    "Gate",
    "Moves",
    "Names",
    "Preview",
    "TooLongError",
    "Totals",
    "disapproved",
    "gate_of",
    "lowered",
    "put_aside",
]

PUBLISHED = "policy.published"
WITHOUT = frozenset({PUBLISHED})
TRIED = replace(PROJECTION, opened=lambda context: IncentivesFold(context, ranked=False))
"""The projection but for what only the boards' readers need."""
_TABLES = Path(__file__).with_name("schema.sql")


async def put_aside(db: Connection, schema: str) -> None:
    """Make a schema's tables of what both sides have, in a transaction of `db`."""
    await db.execute(f'SET LOCAL search_path = "{schema}"')
    await db.execute(_TABLES.read_text(encoding="utf-8"))


class TooLongError(Exception):
    """The history has more records than the caller wants to wait for."""


async def gate_of(db: Connection, community: int) -> Gate | None:
    """What the next publication has to pass; None where that is nothing but its golden tests.

    `db` looks at the live generation. The first publications, until a member acts, take nothing
    from anybody.
    """
    known = await policies.community(db, community)
    version = policies.current(known)
    return version.compiled.gate if version is not None and known.started else None


@dataclass(frozen=True)
class Preview:
    """A draft for a community. `document` has passed the check."""

    dsn: str
    sources: Sources
    community: Community
    document: Mapping[str, Any]

    @asynccontextmanager
    async def run(
        self,
        told: Callable[[int, int], None] = lambda _done, _total: None,
        *,
        longest: int | None = None,
        at_once: int = 10_000,
    ) -> AsyncIterator[Comparison]:
        """Replay and compare; `told` hears of (done, total) records, `at_once` of them at a time.

        Raises LookupError before the projection ever ran, TooLongError beyond `longest` records,
        BeginningGoneError, LogUnavailableError.
        """
        await refuse_a_cut_log(self.sources.log)
        async with scratch(self.dsn, PROJECTION) as (db, schema):
            async with db.transaction():
                await put_aside(db, schema)
            replay = Replay(
                TRIED,
                schema,
                self.community.partition,
                self.sources,
                only=self.community.slug,
                first=[self.published],
                without=WITHOUT,
            )
            yield await self.compared(db, replay, told, longest, at_once)

    async def compared(
        self,
        db: Connection,
        replay: Replay,
        tell: Callable[[int, int], None] = lambda _done, _total: None,
        longest: int | None = None,
        at_once: int = 10_000,
    ) -> Comparison:
        """Replay what is left, and compare. Raises as `run` does."""
        goal, members = await self._snapshot(db, replay, longest)
        done, left = 0, goal - replay.next

        def step(more: int) -> None:
            nonlocal done
            done += more
            tell(done, left)

        await replay.run(db, goal, step, at_once)
        async with db.transaction():
            await db.execute(f'SET LOCAL search_path = "{replay.schema}"')
            last = compile_policy(dated_parts(self.document)[-1][1])
            await self._hold(db, last, draft=True)
            await db.execute(Q.compare)
        await db.execute(f'SET search_path = "{replay.schema}"')
        return Comparison(
            await totals(db, self.community.key, members), goal - 1, replay.raised, db
        )

    @property
    def published(self) -> Event:
        """The draft, as what is folded before everything."""
        community = self.community
        return Event(
            type=PUBLISHED,
            id="draft",
            source="hearth",
            time=0,
            arrived=0,
            community=community.slug,
            data={"document": dict(self.document)},
            partition=community.partition,
            key=community.key,
        )

    async def _snapshot(
        self, db: Connection, replay: Replay, longest: int | None
    ) -> tuple[int, int]:
        """Take down what is live; the first position that it does not know, and its members."""
        name = PROJECTION.name
        async with db.transaction(isolation="repeatable_read"):
            live = await generations.live(db, name)
            reached = await generations.reached(db, name, live)
            goal = reached.get(self.community.partition, 0)
            if longest is not None and (left := goal - replay.next) > longest:
                raise TooLongError(f"{left:,} records, more than {longest:,}")
            shown = generations.schema_of(name, live)
            await db.execute(f'SET LOCAL search_path = "{shown}", "{replay.schema}"')
            await db.execute(Q.forget)
            version = policies.current(await policies.community(db, self.community.key))
            await self._hold(db, version.compiled if version else Incentives(), draft=False)
            members = await db.fetchval(Q.members, self.community.key)
        return goal, int(members)

    async def _hold(self, db: Connection, policy: Incentives, *, draft: bool) -> None:
        ladders = {name: len(ladder.levels) for name, ladder in policy.ladders.items()}
        names = list(policy.accounts)
        await db.execute(
            Q.hold, self.community.key, draft, names, list(ladders), list(ladders.values())
        )
