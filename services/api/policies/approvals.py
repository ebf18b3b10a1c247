"""Approvals of drafts: bound to the keys that gave them, for gates that ask for that."""

from collections.abc import Mapping
from typing import Any

from services.api.communities.announce import digest
from services.kit.access.key import Key
from services.kit.runtime import clock, database, sql

Q = sql.load(__file__)


async def approve(
    pool: database.Pool, community: int, document: Mapping[str, Any], key: Key
) -> None:
    """Note that the holder of a key approves of a draft; twice is once."""
    await pool.execute(Q.approve, community, digest(document), key.id, key.name[:64], clock.now())


async def approver_of(
    pool: database.Pool,
    community: int,
    document: Mapping[str, Any],
    author: str | None,
    by: str,
) -> str | None:
    """The name of a key that approved of a draft: another than the author's, whose key's id may
    not be known, and of another name."""
    name: str | None = await pool.fetchval(Q.approver, community, digest(document), author, by)
    return name
