"""The directory: who a token is, and the key that seals what that member writes.

Members stand in the log by random tokens and their words under a key of their own. Both are
kept here, outside the log. Erasing a member is deleting a row.
"""

import secrets
from collections import defaultdict, deque
from collections.abc import Collection, Sequence

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from services.kit.actions.event import Event
from services.kit.members.sealing import Member, opened
from services.kit.runtime import database, sql

Q = sql.load(__file__)
CACHED = 200_000
"""Members kept in memory, at about 300 bytes each."""


class Directory:
    """Tokens and keys, through a bounded cache."""

    def __init__(self, pool: database.Pool, cached: int = CACHED) -> None:
        self._pool = pool
        self._cached = cached
        self._known: defaultdict[int, dict[str, Member]] = defaultdict(dict)
        self._keys: dict[int, bytes] = {}
        self._kept: deque[tuple[int, str]] = deque()
        """Who is in the cache, longest there first."""

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
        known = self._known[community]
        cached = dict(zip(ids, map(known.get, ids), strict=True))
        found = {id_: member for id_, member in cached.items() if member is not None}
        if len(found) < len(cached):
            found |= await self._read(community, [id_ for id_ in cached if id_ not in found])
        return found

    async def _mint(self, community: int, ids: Sequence[str]) -> None:
        tokens = [secrets.randbits(63) for _ in ids]
        keys = [AESGCM.generate_key(128) for _ in ids]
        await self._pool.execute(Q.mint, community, ids, tokens, keys)

    async def _read(self, community: int, ids: Sequence[str]) -> dict[str, Member]:
        rows = await self._pool.fetch(Q.find, community, ids)
        found = {row["id"]: Member(row["token"], row["key"]) for row in rows}
        for id_, member in found.items():
            self._keep(community, id_, member)
        return found

    def _keep(self, community: int, id_: str, member: Member) -> None:
        known = self._known[community]
        if id_ not in known:
            self._kept.append((community, id_))
        known[id_] = member
        self._keys[member.token] = member.key
        while len(self._kept) > self._cached:
            where, oldest = self._kept.popleft()
            del self._keys[self._known[where].pop(oldest).token]

    async def names(self, tokens: Collection[int]) -> dict[int, str]:
        """The platform's id of each token. An erased member has none."""
        if not tokens:
            return {}
        rows = await self._pool.fetch(Q.by_token, list(set(tokens)))
        return {row["token"]: row["id"] for row in rows}

    async def open(self, events: Sequence[Event]) -> None:
        """Put the texts of sealed events back into their data, where the key still exists."""
        sealed = [
            (event, int(token), text)
            for event in events
            if event.sealed
            for token, _, text in [event.sealed.partition(":")]
        ]
        keys = await self._keys_of({token for _, token, _ in sealed})
        for event, token, text in sealed:
            key = keys.get(token)
            if key is not None:
                event.data |= opened(Member(token, key), text)

    async def _keys_of(self, tokens: set[int]) -> dict[int, bytes]:
        keys = {token: key for token in tokens if (key := self._keys.get(token)) is not None}
        if len(keys) < len(tokens):
            rows = await self._pool.fetch(Q.by_token, list(tokens - keys.keys()))
            keys |= {row["token"]: row["key"] for row in rows}
        return keys


def _tokens(members: dict[str, Member]) -> dict[str, int]:
    return {id_: member.token for id_, member in members.items()}
