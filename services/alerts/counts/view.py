"""What was counted over a span of whole local days, of a community or of one of its spaces."""

from pydantic import BaseModel, Field

from services.alerts.metrics.view import scope_of
from services.kit.projection.definition import Connection
from services.kit.runtime import clock, sql

Q = sql.load(__file__)
COUNTERS = ("messages", "messages.ugc", "threads", "complaints")


class Counted(BaseModel):
    """Counts over local days, the first and the last whole."""

    first_day: str
    last_day: str
    messages: int
    ugc: int = Field(description="Messages of regular members of kind ugc.")
    threads: int
    complaints: int
    active: int = Field(description="Different regular members that acted.")
    speakers: int = Field(description="Of them those that wrote.")


async def counted(
    db: Connection, community: int, span: tuple[int, int], now: int, space: str | None = None
) -> Counted:
    """Counts of the local days that a span of instants (the end exclusive) touches.

    Raises LookupError for a space that never was.
    """
    scope = await scope_of(db, community, space, now)
    last = max(span[0], span[1] - 1)
    days = tuple(clock.local_day(at, scope.zone_at(at)) for at in (span[0], last))
    rows = await db.fetch(Q.tallied, community, scope.space, *days, list(COUNTERS))
    n = {row["counter"]: row["n"] for row in rows}
    people = await db.fetchrow(Q.people, community, scope.space, *days)
    assert people is not None  # noqa: S101 - an aggregate always has a row
    return Counted(
        first_day=clock.as_date(days[0]).isoformat(),
        last_day=clock.as_date(days[1]).isoformat(),
        messages=n.get("messages", 0),
        ugc=n.get("messages.ugc", 0),
        threads=n.get("threads", 0),
        complaints=n.get("complaints", 0),
        active=people["active"],
        speakers=people["speakers"],
    )
