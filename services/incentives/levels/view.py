"""The changes of a member's levels."""

from pydantic import BaseModel, Field

from services.incentives.policy import view as policies
from services.kit.projection.definition import Connection
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock, sql

Q = sql.load(__file__)


class LevelChange(BaseModel):
    """A change of level, as the history keeps it."""

    at: str
    position: int | None = Field(description="Of the event; null where a day's passing did it.")
    ladder: str
    from_: int = Field(serialization_alias="from")
    to: int


async def level_history(
    db: Connection, community: int, token: int, limit: int, past: Past = NOW
) -> list[LevelChange]:
    """The changes of a member's levels, newest first."""
    names = (await policies.words(db, community)).names
    rows = await db.fetch(Q.history, community, token, *past, limit)
    return [
        LevelChange(
            at=clock.rfc3339(row["at"]),
            position=row["offset"] if row["offset"] >= 0 else None,
            ladder=names[row["ladder"]].removeprefix("ladder:"),
            from_=row["was"] + 1,
            to=row["rank"] + 1,
        )
        for row in rows
    ]
