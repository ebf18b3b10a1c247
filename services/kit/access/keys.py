"""The keys that exist, and whose a request's key is: a cached look-up.

A key that was looked up counts for `FRESH` seconds without asking again, so a revocation holds
after that time at the latest. While the database is away a key that was good counts for
`STALE` seconds more: the log may well be there, and what is sent should not be lost.
"""

import asyncio
import hmac
import time
from collections import OrderedDict
from collections.abc import Callable, Collection
from typing import NamedTuple

import asyncpg

from services.kit.access.key import (
    Key,
    NotAuthenticatedError,
    bearer,
    hashed,
    id_of,
    mint,
    operator_key,
    scopes,
)
from services.kit.runtime import clock, database, sql

Q = sql.load(__file__)
FRESH = 5.0
STALE = 300.0
CACHED = 10_000
NOTED_EVERY = 30.0
"""Seconds between two writings of when keys were last used."""


class _Known(NamedTuple):
    key: Key | None
    at: float


class Keys:
    """Keys in the database, and the operator's from the settings."""

    def __init__(
        self,
        pool: database.Pool,
        operator: str | None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pool = pool
        self._operator = hashed(operator) if operator else None
        self._monotonic = monotonic
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self._used: dict[str, int] = {}
        self._noting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to write down when keys are used."""
        self._noting = asyncio.create_task(self._note_now_and_then(), name="keys")

    async def stop(self) -> None:
        """Write down what is not yet. Stopping twice is safe."""
        if self._noting is not None:
            self._noting.cancel()
            await asyncio.gather(self._noting, return_exceptions=True)
            self._noting = None
            await self.note_uses()

    async def identify(self, authorization: str | None) -> Key:
        """The key of an Authorization header. Raises NotAuthenticatedError.

        A database error passes through when the key is not known from before.
        """
        token = bearer(authorization)
        digest = hashed(token)
        if self._operator is not None and hmac.compare_digest(digest, self._operator):
            return operator_key()
        key = await self._look_up(token, digest)
        now = clock.now()
        if key is None or key.expired(now):
            raise NotAuthenticatedError("This key is unknown, expired or revoked; get a new one.")
        self._used[key.id] = now
        return key

    async def _look_up(self, token: str, digest: bytes) -> Key | None:
        id_ = id_of(token)
        if id_ is None:
            return None
        known = self._known.get(digest)
        age = self._monotonic() - known.at if known else STALE
        if known and age < FRESH:
            return known.key
        try:
            row = await self._pool.fetchrow(Q.find, id_)
        except Exception as error:
            if known and age < STALE and database.is_away(error):
                return known.key
            raise
        return self._keep(digest, row)

    def _keep(self, digest: bytes, row: asyncpg.Record | None) -> Key | None:
        ours = row is not None and hmac.compare_digest(row["hash"], digest)
        key = _key(row) if row is not None and ours else None
        self._known[digest] = _Known(key, self._monotonic())
        self._known.move_to_end(digest)
        while len(self._known) > CACHED:
            self._known.popitem(last=False)
        return key

    async def create(
        self,
        name: str,
        scope_names: Collection[str],
        communities: Collection[str] | None = None,
        expires_at: int | None = None,
    ) -> tuple[str, Key]:
        """A new key: the token, shown this once, and what it allows. Raises ValueError."""
        id_, token = mint()
        allowed, now = scopes(scope_names), clock.now()
        reach = None if communities is None else sorted(set(communities))
        await self._pool.execute(
            Q.create, id_, hashed(token), name, sorted(allowed), reach, now, expires_at
        )
        reached = None if reach is None else frozenset(reach)
        return token, Key(id_, name, allowed, reached, now, expires_at)

    async def listed(self) -> list[Key]:
        """Every key that was not revoked, newest first."""
        return [_key(row) for row in await self._pool.fetch(Q.listed)]

    async def revoke(self, id_: str) -> bool:
        """Take a key back, by its visible part. False where there is none."""
        self._known.clear()
        return await self._pool.fetchval(Q.revoke, id_, clock.now()) is not None

    async def note_uses(self) -> None:
        """Write down when keys were last used; an absent database is no reason to fail."""
        used, self._used = self._used, {}
        if used:
            try:
                await self._pool.execute(Q.used, list(used), list(used.values()))
            except Exception as error:
                if not database.is_away(error):
                    raise

    async def _note_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(NOTED_EVERY)
            await self.note_uses()


def _key(row: asyncpg.Record) -> Key:
    reach = row["communities"]
    return Key(
        row["id"],
        row["name"],
        scopes(row["scopes"]),
        None if reach is None else frozenset(reach),
        row["created_at"],
        row["expires_at"],
        row["last_used_at"],
    )
