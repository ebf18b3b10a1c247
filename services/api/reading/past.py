"""The past that a read asks for: `as_of` a time, `known_at` a position of the log, or both."""

from typing import Annotated

from fastapi import Query

from services.api.callers import BIGGEST, Tenant
from services.api.reading import paging
from services.kit.projection.past import NOW, Past

KnownAt = Annotated[
    int | None,
    Query(
        ge=0,
        le=BIGGEST,
        description="What was known at this position of the log: as if nothing had come since.",
    ),
]


async def past(tenant: Tenant, as_of: str | None, known_at: int | None) -> Past:
    """Raises ProblemError 400 for what is no time, or beyond what the log has."""
    at = paging.instant(as_of)
    found = NOW if at is None else NOW._replace(at=at)
    if known_at is None:
        return found
    seen = await tenant.here.events.log_time(tenant.community.partition, known_at)
    if seen is None:
        end = await tenant.here.log.end(tenant.community.partition)
        raise paging.wrong("known_at", f"the log ends before {end}; ask for a position it has")
    return found._replace(position=known_at, seen=seen)
