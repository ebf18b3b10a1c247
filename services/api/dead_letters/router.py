"""`/v1/dead-letters`: records that could not be folded, and folding them again."""

from typing import Annotated, Literal

import asyncpg
from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from services.api.callers import BIGGEST, Administrator
from services.api.context import Context, Here
from services.api.openapi import READS, WRITES
from services.api.reading import paging
from services.kit.access.key import Key
from services.kit.http.problem import ProblemError
from services.kit.projection.dead_letters import CannotRetryError, retry_of
from services.kit.runtime import clock, sql

Q = sql.load(__file__)
router = APIRouter(prefix="/v1/dead-letters", tags=["dead letters"])
_BEHIND_ALL = (BIGGEST, "\U0010ffff", 2**31 - 1, BIGGEST)

Projection = Literal["incentives", "alerts"]
Partition = Annotated[int, Path(ge=0, le=2**31 - 1)]
Offset = Annotated[int, Path(ge=0, le=BIGGEST)]


class DeadLetter(BaseModel):
    """A record that could not be folded."""

    projection: str
    partition: int
    offset: int
    community: str | None = Field(description="Null where it cannot be read.")
    type: str
    reason: str = Field(description="undecodable, unknown_community, fold or write")
    detail: str
    at: str = Field(description="Log time.")
    retried_at: int | None = Field(description="Position of the retry that folded it.")


class DeadLetters(BaseModel):
    """A page of dead letters, newest first."""

    items: list[DeadLetter]
    next: str | None


class Taken(BaseModel):
    """The log has it; a read with `Hearth-Wait-For: position` shows what came of it."""

    position: int


@router.get("", responses=READS)
async def list_dead_letters(
    here: Here,
    key: Administrator,
    projection: Projection | None = None,
    retried: Annotated[bool, Query(description="Those too that a retry has folded.")] = False,
    cursor: paging.Cursor = None,
    limit: paging.Limit = 50,
) -> DeadLetters:
    """Dead letters, newest first."""
    after = paging.place(cursor, tuple[int, str, int, int]) or _BEHIND_ALL
    if not 0 <= after[2] < 2**31:
        raise paging.wrong("cursor", "no cursor of this list")
    reach = None if key.communities is None else sorted(key.communities)
    rows = await here.pool.fetch(Q.listed, reach, projection, retried, *after, limit + 1)
    more = None
    if len(rows) > limit:
        rows = rows[:limit]
        last = rows[-1]
        more = paging.made(last["at"], last["projection"], last["partition"], last["offset"])
    return DeadLetters(items=[_shown(row) for row in rows], next=more)


@router.get("/{projection}/{partition}/{offset}", responses=READS)
async def show_dead_letter(
    here: Here, key: Administrator, projection: Projection, partition: Partition, offset: Offset
) -> DeadLetter:
    """One dead letter."""
    return _shown(await _one(here, key, projection, partition, offset))


@router.post("/{projection}/{partition}/{offset}/retry", status_code=202, responses=WRITES)
async def retry_dead_letter(
    here: Here,
    key: Administrator,
    projection: Projection,
    partition: Partition,
    offset: Offset,
    response: Response,
) -> Taken:
    """Fold it again, at a new place of the log."""
    row = await _one(here, key, projection, partition, offset)
    try:
        community, asking = await retry_of(dict(row.items()), here.log, here.registry)
    except CannotRetryError as error:
        if error.community is not None and not key.reaches(error.community):
            raise _none() from None
        raise ProblemError(409, "Cannot be folded", f"Not retried: {error}.") from None
    if not key.reaches(community.slug):
        raise _none()  # its record names another than the key it was written under
    position = await here.journal.append(community.slug, [asking])
    response.headers["Hearth-Position"] = str(position)
    return Taken(position=position)


async def _one(
    here: Context, key: Key, projection: str, partition: int, offset: int
) -> asyncpg.Record:
    row = await here.pool.fetchrow(Q.one, projection, partition, offset)
    slug = None if row is None else row["slug"]
    hidden = key.communities is not None and (slug is None or not key.reaches(slug))
    if row is None or hidden:
        raise _none()
    return row


def _none() -> ProblemError:
    detail = "There is no such dead letter; GET /v1/dead-letters lists them."
    return ProblemError(404, "No such dead letter", detail)


def _shown(row: asyncpg.Record) -> DeadLetter:
    return DeadLetter(
        projection=row["projection"],
        partition=row["partition"],
        offset=row["offset"],
        community=row["slug"],
        type=row["type"],
        reason=row["reason"],
        detail=row["detail"],
        at=clock.rfc3339(row["at"]),
        retried_at=row["retried_at"],
    )
