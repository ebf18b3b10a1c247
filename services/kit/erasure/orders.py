"""Ordering an erasure, and asking for it later.

The order itself is one short transaction: the member's row leaves the directory, so from here on
nobody can tell who the token was; and the cut is set, from which on no text of the token is opened.
Both happen while nobody reads keys (services/kit/members/opening.py), and the cut is read after
that, so every text that a consumer has opened stands before it. The rest takes its time.
"""

import hmac
import secrets
from dataclasses import dataclass
from typing import Any

import asyncpg
import msgspec

from services.kit.log.port import Log
from services.kit.members.directory import Directory
from services.kit.registry.registry import Community
from services.kit.runtime import clock, database, sql
from services.kit.runtime.secrets import Vault

Q = sql.load(__file__)
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True, slots=True)
class Erasure:
    """An order. `cut` is the first offset from which on no text is opened; `subject` the keyed
    digest of the id, and `receipt`, are missing where only the log told of it."""

    id: str
    community: int
    token: int
    partition: int
    cut: int
    ordered_at: int
    ordered_by: str
    subject: bytes = b""
    receipt: dict[str, Any] | None = None
    done: bool = False
    """Whether the key is destroyed."""


def erasure_of(row: asyncpg.Record) -> Erasure:
    """The erasure of a row."""
    fields = dict(row.items())
    subject, receipt = fields.pop("subject"), fields.pop("receipt")
    said = None if receipt is None else _decode(receipt)
    return Erasure(fields.pop("erasure"), **fields, subject=subject or b"", receipt=said)


class Orders:
    """Takes orders. Digests of ids are keyed by `vault`: nobody finds an id by trying."""

    def __init__(self, pool: database.Pool, log: Log, directory: Directory, vault: Vault) -> None:
        self._pool, self._log, self._directory = pool, log, directory
        self._digests = vault.derived("erased members")

    async def order(self, community: Community, member: str, by: str) -> Erasure | None:
        """Begin to erase a member; for one that is erased already, that erasure; None for one that
        nothing was heard of. `by` is the name of who asks.

        Raises LogUnavailableError, and what a database that is away raises.
        """
        subject, erasure = self._subject(community, member), secrets.token_hex(16)
        async with self._pool.acquire() as db, db.transaction():
            await db.execute(Q.lock_erasing)
            taken = await db.fetchrow(Q.take_out, community.key, member)
            if taken is not None:
                cut = await self._log.end(community.partition)
                await db.execute(
                    Q.order_erasure,
                    erasure,
                    community.key,
                    taken["token"],
                    subject,
                    taken["key"],
                    community.partition,
                    cut,
                    clock.now(),
                    by,
                )
                await db.execute(Q.announce, community.slug)
        await self._directory.hear()
        found = await self.listed(community, member, 1)
        return found[0] if found else None

    async def listed(
        self, community: Community, member: str | None = None, limit: int = 50
    ) -> list[Erasure]:
        """The erasures of a community, or of one id in it, newest first."""
        if member is None:
            rows = await self._pool.fetch(Q.of_community, community.key, limit)
        else:
            subject = self._subject(community, member)
            rows = await self._pool.fetch(Q.of_subject, community.key, subject, limit)
        return [erasure_of(row) for row in rows]

    async def one(self, community: Community, erasure: str) -> Erasure | None:
        """One erasure, if it is there."""
        row = await self._pool.fetchrow(Q.one, community.key, erasure)
        return None if row is None else erasure_of(row)

    def _subject(self, community: Community, member: str) -> bytes:
        named = f"{community.slug}\x00{member}".encode()
        return hmac.digest(self._digests, named, "sha256")
