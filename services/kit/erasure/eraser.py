"""Carrying erasures out, one process of all at a time.

In this order, each step durable before the next, each the same when it is repeated after a kill:

    waiting      until the live tables hold all that stands before the cut
    collecting   what folds had decided of the member's texts
    telling      `member.texts_judged` and `member.erased`, in the log
    destroying   verdicts into their table, the key out of its own; one transaction
"""

import asyncio
import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog

from services.kit.actions.event import Event, encode
from services.kit.erasure.collecting import Found, survey, verdicts
from services.kit.erasure.orders import Erasure, erasure_of
from services.kit.erasure.receipt import receipt, signed
from services.kit.log.port import Entry, LogError
from services.kit.members.verdicts import parts, spread
from services.kit.projection.definition import Projection
from services.kit.projection.replay import Sources
from services.kit.registry.registry import Registry
from services.kit.runtime import clock, database, sql
from services.kit.runtime.background import Background
from services.kit.runtime.signing import Signer, canonical

Q = sql.load(__file__)
SOURCE = "hearth"
Tell = Callable[[int, int], None]
"""Told how many records were read, of how many."""

logger = structlog.get_logger(__name__)


class NotCaughtUpError(Exception):
    """A projection has not folded all that stands before the cut; its consumer may not run."""


class Eraser(Background):
    """Finishes what was ordered, whoever ordered it. `reading`: the projections that read texts."""

    def __init__(
        self,
        dsn: str,
        sources: Sources,
        registry: Registry,
        reading: Sequence[Projection],
        signer: Signer,
        every: float = 2.0,
    ) -> None:
        super().__init__("erasures")
        self._dsn, self._sources, self._registry = dsn, sources, registry
        self._reading, self._signer, self._every = reading, signer, every
        self._woken = asyncio.Event()
        self._told: set[str] = set()
        """The erasures of which it was said that they wait."""

    async def work(self) -> None:
        """Once it is this process's turn, one erasure after another."""
        db = await database.connect(self._dsn)
        try:
            while not await db.fetchval(Q.try_erasing):  # noqa: ASYNC110 - others hold it
                await asyncio.sleep(self._every)
            await db.add_listener("hearth_erasures", lambda *_: self._woken.set())
            while True:
                self._woken.clear()
                await self.round(db)
                await self._nap()
        finally:
            await db.close(timeout=2)

    async def _nap(self) -> None:
        # Not wait_for: in Python 3.11 that swallows a cancellation which comes with the waking.
        try:
            async with asyncio.timeout(self._every):
                await self._woken.wait()
        except TimeoutError:
            return

    async def round(self, db: database.Connection, tell: Tell = lambda *_: None) -> int:
        """Finish what can be finished; how many are left. One that fails holds up no other."""
        left = 0
        for row in await db.fetch(Q.unfinished):
            erasure = erasure_of(row)
            try:
                await self.finish(db, erasure, tell)
            except NotCaughtUpError as error:
                if erasure.id not in self._told:
                    self._told.add(erasure.id)
                    logger.info("erasure waits", erasure=erasure.id, reason=str(error))
                left += 1
            except Exception as error:
                if database.is_away(error) or isinstance(error, LogError):
                    raise
                logger.exception("erasure failed", erasure=erasure.id)
                left += 1
        return left

    async def finish(
        self, db: database.Connection, erasure: Erasure, tell: Tell = lambda *_: None
    ) -> None:
        """Carry one erasure out. Raises NotCaughtUpError, LogUnavailableError."""
        community = await self._registry.by_key(erasure.community)
        key = await db.fetchval(Q.key, erasure.id)
        if key is None:
            return
        await self._caught_up(db, erasure)
        found, said = await self._collect(db, erasure, community.slug, tell)
        position = await self._append(erasure, community.slug, found, said)
        document = receipt(erasure, community.slug, key, found, len(said), position, clock.now())
        await self._destroy(db, erasure, found, said, signed(document, self._signer))
        logger.info("member erased", community=community.slug, erasure=erasure.id)

    async def _caught_up(self, db: database.Connection, erasure: Erasure) -> None:
        """What the live tables refuse as repeated is known for all that stands before the cut."""
        for projection in self._reading:
            reached = await db.fetchval(Q.reached, projection.name, erasure.partition)
            if (reached or 0) < erasure.cut:
                raise NotCaughtUpError(
                    f"{projection.name} is at {reached or 0} of {erasure.cut} in partition"
                    f" {erasure.partition}; does `hearth serve {projection.name}` run?"
                )

    async def _collect(
        self, db: database.Connection, erasure: Erasure, slug: str, tell: Tell
    ) -> tuple[Found, dict[int, dict[str, Any]]]:
        done, total = 0, erasure.cut * (1 + len(self._reading))

        def step(read: int) -> None:
            nonlocal done
            done += read
            tell(done, total)

        dead = {row["offset"] for row in await db.fetch(Q.dead, erasure.partition, erasure.cut)}
        found = await survey(self._sources.log, erasure, slug, dead, step)
        said: dict[int, dict[str, Any]] = {}
        if found.texts:
            for projection in self._reading:
                heard = await verdicts(projection, self._dsn, self._sources, erasure, slug, step)
                for offset, answers in heard.items():
                    said.setdefault(offset, {}).update(answers)
        return found, said

    async def _append(
        self, erasure: Erasure, slug: str, found: Found, said: Mapping[int, Mapping[str, Any]]
    ) -> int:
        """Into the log, under ids that a repeat has too; the position of `member.erased`."""
        entry = functools.partial(_entry, slug, clock.now())
        append = self._sources.log.append
        for n, part in enumerate(parts(said)):
            data: dict[str, Any] = {"erasure": erasure.id, "verdicts": part}
            judged = entry("member.texts_judged", f"erasure/{erasure.id}/judged/{n}", data)
            await append(erasure.partition, [judged])
        data = {"erasure": erasure.id, "member": erasure.token, "before": erasure.cut}
        data |= {"records": found.records, "texts": found.texts}
        erased = entry("member.erased", f"erasure/{erasure.id}", data)
        return await append(erasure.partition, [erased])

    async def _destroy(
        self,
        db: database.Connection,
        erasure: Erasure,
        found: Found,
        said: Mapping[int, Mapping[str, Any]],
        proof: dict[str, Any],
    ) -> None:
        async with db.transaction():
            await db.execute(Q.lock_erasing)
            for part in parts(said):
                rows = list(spread(part))
                columns = [offset for offset, _ in rows], [text for _, text in rows]
                await db.execute(Q.add_verdicts, erasure.partition, *columns)
            if found.dead:
                await db.execute(Q.quote_nobody, erasure.partition, found.dead)
            await db.execute(Q.destroy, erasure.id, canonical(proof).decode())


def _entry(slug: str, now: int, type_: str, id_: str, data: dict[str, Any]) -> Entry:
    event = Event(
        type=type_, id=id_, source=SOURCE, time=now, arrived=now, community=slug, data=data
    )
    return Entry(slug.encode(), encode(event))
