"""Reading dead letters, and asking for a retry: used by the command line and the gateway."""

import re
from collections.abc import Mapping
from typing import Any

from services.kit.actions.envelope import SLUG_PATTERN, Action, one_adapter
from services.kit.actions.read import UndecodableError, event_of
from services.kit.log.port import Log, Record
from services.kit.registry.registry import Community, Registry, UnknownCommunityError
from services.kit.runtime import clock, database, sql

Q = sql.load(__file__)


class NoSuchLetterError(LookupError):
    """There is no dead letter at that place."""


class CannotRetryError(Exception):
    """A retry would change nothing; the message says why, and what to do.

    `community` is the one that the record names, for who must not hear of it.
    """

    def __init__(self, why: str, community: str | None = None) -> None:
        super().__init__(why)
        self.community = community


async def listed(
    pool: database.Pool, projection: str | None, *, everything: bool = False, limit: int = 1000
) -> list[dict[str, Any]]:
    """Dead letters, newest first; with `everything` also those a retry has brought back."""
    rows = await pool.fetch(Q.list_dead, projection, everything, limit)
    return [_letter(dict(row.items())) for row in rows]


async def one(pool: database.Pool, projection: str, partition: int, offset: int) -> dict[str, Any]:
    """One dead letter. Raises NoSuchLetterError."""
    row = await pool.fetchrow(Q.one_dead, projection, partition, offset)
    if row is None:
        raise NoSuchLetterError(
            f"{projection} has no dead letter at {offset} of partition {partition};"
            " see `hearth dead-letters list`"
        )
    return _letter(dict(row.items()))


def _letter(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "at": clock.rfc3339(row["at"])}


async def retry_of(
    letter: Mapping[str, Any], log: Log, registry: Registry
) -> tuple[Community, Action]:
    """The action that asks for a retry of `letter`, and whose log it belongs into.

    `letter` has `projection`, `partition`, `offset`, `retried_at`. Each asking is an action of its
    own. Raises CannotRetryError, LogUnavailableError.
    """
    if letter["retried_at"] is not None:
        raise CannotRetryError(f"a retry at {letter['retried_at']} has folded it")
    partition, offset = letter["partition"], letter["offset"]
    slug = await _whose(log, partition, offset)
    try:
        community = await registry.community(slug)
    except UnknownCommunityError:
        raise CannotRetryError(
            f"it belongs to the community {slug}, which does not exist:"
            f" create it with PUT /v1/communities/{slug}, then retry",
            slug,
        ) from None
    if community.partition != partition:
        raise CannotRetryError(
            f"{slug} lives in partition {community.partition} of the log and this record lies in"
            f" {partition}: folded there it would be out of order. Send what it says again",
            slug,
        )
    return community, _asking(community.slug, letter["projection"], offset)


async def _whose(log: Log, partition: int, offset: int) -> str:
    """The community that the record names. Raises CannotRetryError."""
    record = await _record(log, partition, offset)
    try:
        slug = event_of(record, partition).community
    except UndecodableError as error:
        raise CannotRetryError(
            f"this version cannot decode it either ({error}). Upgrade to one that can, then retry;"
            " it stays where it is, and `hearth dead-letters show` has its bytes"
        ) from None
    if not re.fullmatch(SLUG_PATTERN, slug):
        raise CannotRetryError(
            "it names no community, so there is nothing to fold it into; whoever wrote it to the"
            " log can send it again with one"
        )
    return slug


async def _record(log: Log, partition: int, offset: int) -> Record:
    if offset < await log.end(partition):
        async for records in log.read(partition, offset, offset + 1):
            return records[0]
    raise CannotRetryError(
        f"the log has no record at {offset} of partition {partition}; is it the log that belongs"
        " to this database?"
    )


def _asking(community: str, projection: str, offset: int) -> Action:
    return one_adapter().validate_python(
        {
            "id": f"retry/{projection}/{offset}/{clock.now()}",
            "source": "hearth",
            "type": "dead_letter.retried",
            "community": community,
            "data": {"projection": projection, "offset": offset},
        }
    )
