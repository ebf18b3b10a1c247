"""The directory: who a token is, and the key that seals what that member writes.

Members stand in the log by random tokens and their words under a key of their own. Both are
kept here, outside the log. Erasing a member is taking the row away (services/kit/erasure).

Who was erased is forgotten by every process: at once where it hears of it, and before it believes
what it remembers it asks for new erasures if it has not done so for a second. Keys that open texts
are not remembered at all.
"""

import asyncio
import math
import secrets
import time
from collections import defaultdict, deque
from collections.abc import Collection, Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.kit.actions.event import Event
from services.kit.members.opening import open_texts
from services.kit.members.sealing import Member
from services.kit.runtime import database, sql

Q = sql.load(__file__)
CACHED = 200_000
"""Members kept in memory, at about 300 bytes each."""
FRESH = 1.0
"""Seconds after which erasures are asked for again."""
LEASE = 5.0
"""Seconds for which what is remembered may be used where the database does not answer."""


class Directory:
    """Tokens and keys, through a bounded cache."""

    def __init__(self, pool: database.Pool, cached: int = CACHED) -> None:
        self._pool = pool
        self._cached = cached
        self._known: defaultdict[int, dict[str, Member]] = defaultdict(dict)
        self._ids: dict[int, str] = {}
        self._kept: deque[tuple[int, str, int]] = deque()
        """Who is in the cache, longest there first."""
        self._erasures = 0
        """The last erasure that was heard of."""
        self._heard_at = -math.inf
        self._hearing = asyncio.Lock()
        self._beside: asyncio.Task[None] | None = None

    async def members(self, community: int, ids: Collection[str]) -> dict[str, Member]:
        """The entry of each id; who is new gets one."""
        found = await self._look_up(community, ids)
        fresh = sorted(set(ids) - found.keys()) if len(found) < len(ids) else ()
        if fresh:
            await self._mint(community, fresh)
            found |= await self._read(community, fresh)
        return found

    async def tokens(self, community: int, ids: Collection[str]) -> dict[str, int]:
        """The token of each id; who is new gets one."""
        return _tokens(await self.members(community, ids))

    async def find(self, community: int, ids: Collection[str]) -> dict[str, int]:
        """The tokens of those ids that are known. Makes none."""
        return _tokens(await self._look_up(community, ids))

    async def _look_up(self, community: int, ids: Collection[str]) -> dict[str, Member]:
        if time.monotonic() - self._heard_at > FRESH:
            await self.hear()
        known = self._known[community]
        cached = dict(zip(ids, map(known.get, ids), strict=True))
        found = {id_: member for id_, member in cached.items() if member is not None}
        if len(found) < len(cached):
            found |= await self._read(community, [id_ for id_ in cached if id_ not in found])
        return found

    async def hear(self) -> None:
        """Forget who was erased. Raises what a database that is away raises, if it is for long."""
        asked = time.monotonic()
        async with self._hearing:
            if self._heard_at >= asked:
                return
            began = time.monotonic()
            try:
                rows = await self._pool.fetch(Q.erased_since, self._erasures)
            except Exception as error:
                if not database.is_away(error) or began - self._heard_at > LEASE:
                    raise
                return
            for row in rows:
                self._forget(row["community"], row["token"])
            self._erasures, self._heard_at = rows[0]["last"], began

    def hear_soon(self) -> None:
        """Beside whatever else goes on: erasures were announced. What is missed is heard later."""
        if self._beside is None or self._beside.done():
            self._beside = asyncio.create_task(self._hear_beside(), name="erasures heard")

    async def _hear_beside(self) -> None:
        try:
            await self.hear()
        except Exception as error:
            if not database.is_away(error):
                raise

    async def stop(self) -> None:
        """Wait for what goes on beside. Stopping twice is safe."""
        if self._beside is not None:
            await asyncio.gather(self._beside, return_exceptions=True)

    def _forget(self, community: int, token: int) -> None:
        id_ = self._ids.pop(token, None)
        if id_ is not None:
            self._known[community].pop(id_, None)

    async def _mint(self, community: int, ids: Sequence[str]) -> None:
        tokens = [secrets.randbits(63) for _ in ids]
        keys = [AESGCM.generate_key(128) for _ in ids]
        await self._pool.execute(Q.mint, community, ids, tokens, keys)

    async def _read(self, community: int, ids: Sequence[str]) -> dict[str, Member]:
        heard = self._erasures
        rows = await self._pool.fetch(Q.find, community, ids)
        found = {row["id"]: Member(row["token"], row["key"]) for row in rows}
        if heard == self._erasures:  # else it may be of before an erasure we have heard of
            for id_, member in found.items():
                self._keep(community, id_, member)
        return found

    def _keep(self, community: int, id_: str, member: Member) -> None:
        known = self._known[community]
        if known.get(id_) != member:
            self._kept.append((community, id_, member.token))
        known[id_] = member
        self._ids[member.token] = id_
        while len(self._kept) > self._cached:
            where, _, oldest = self._kept.popleft()
            self._forget(where, oldest)

    async def names(self, tokens: Collection[int]) -> dict[int, str]:
        """The platform's id of each token. An erased member has none."""
        if not tokens:
            return {}
        rows = await self._pool.fetch(Q.by_token, list(set(tokens)))
        return {row["token"]: row["id"] for row in rows}

    async def erased(self, tokens: Collection[int | None]) -> set[int]:
        """Those of the tokens whose members are erased."""
        if not tokens:
            return set()
        rows = await self._pool.fetch(Q.erased_of, list(tokens))
        return {row["token"] for row in rows}

    async def open(self, events: Sequence[Event]) -> None:
        """Put the texts of sealed events back into their data, where the key still exists;
        where it does not, what had been decided of them."""
        await open_texts(self._pool, events)


def _tokens(members: dict[str, Member]) -> dict[str, int]:
    return {id_: member.token for id_, member in members.items()}
