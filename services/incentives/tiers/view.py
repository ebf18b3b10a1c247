"""Where members stand: tier, stage and persona with the figures behind them; counts, and flow."""

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field

from services.incentives.calendar import span_of, windows_of
from services.incentives.policy import view as policies
from services.incentives.tiers.definition import PERSONAS, STAGES, TIERS, TITLES
from services.kit.projection.definition import Connection
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock, sql

Q = sql.load(__file__, "view.sql")
MONTH = 2
"""Index of the month among `windows_of`."""
Of = Literal["tier", "lifecycle", "persona"]
NAMES = {"tier": TIERS, "lifecycle": STAGES, "persona": PERSONAS}


class Figure(BaseModel):
    """A figure and its score."""

    value: int | None
    score: int = Field(description="1 to 5; 0 where there is nothing to score.")


class Standing(BaseModel):
    """Where a member stood since a close, by the figures of that close."""

    at: str = Field(description="When the day began with which it came to be.")
    tier: str
    tier_title: Any
    lifecycle: str
    lifecycle_title: Any
    persona: str | None
    persona_title: Any = None
    basis: Literal["commerce", "contribution"]
    scored: int = Field(description="Members whose value was scored: from 20, by fifths.")
    value: int = Field(description="Recency, frequency and money together, at most 15.")
    recency: Figure = Field(description="Days since the last order, or contribution.")
    frequency: Figure = Field(description="Orders, or contributions.")
    money: Figure = Field(description="What was paid, in minor units; or likes and replies had.")
    interaction: Figure = Field(description="Actions.")
    influence: Figure = Field(description="Members who replied to or liked the member.")


class Census(BaseModel):
    """How many members stand where."""

    tiers: dict[str, int]
    lifecycle: dict[str, int]
    personas: dict[str, int]
    members: int


class Move(BaseModel):
    """Members who went one way, or stayed."""

    from_: str | None = Field(
        serialization_alias="from", description="Null: nothing was known of them."
    )
    to: str
    members: int


class Flow(BaseModel):
    """Where members were as a month began, and where as it ended."""

    month: str
    of: str
    from_: str = Field(serialization_alias="from")
    to: str
    closed: bool = Field(description="Whether the month is over.")
    moves: list[Move]


async def standings(
    db: Connection, community: int, tokens: Sequence[int], past: Past = NOW
) -> dict[int, Standing]:
    """By member where it stands; without those that no close has looked at."""
    rows = await db.fetch(Q.standings, community, list(tokens), past.at, past.seen)
    return {row["member"]: _standing(row) for row in rows}


async def history(
    db: Connection, community: int, token: int, limit: int, past: Past = NOW
) -> list[Standing]:
    """Every change of where a member stood, newest first."""
    rows = await db.fetch(Q.history, community, token, past.at, past.seen, limit)
    return [_standing(row) for row in rows]


async def census(db: Connection, community: int, past: Past = NOW) -> Census:
    """How many members stand where."""
    found: dict[str, dict[str, int]] = {
        "tier": dict.fromkeys(TIERS, 0),
        "stage": dict.fromkeys(STAGES, 0),
        "persona": dict.fromkeys(PERSONAS, 0),
    }
    codes = {"tier": TIERS, "stage": STAGES, "persona": PERSONAS}
    for row in await db.fetch(Q.census, community, min(past.at, past.seen)):
        for what, names in codes.items():
            found[what][names[row[what]]] += row["members"]
    return Census(
        tiers=found["tier"],
        lifecycle=found["stage"],
        personas=found["persona"],
        members=sum(found["tier"].values()),
    )


async def flow(
    db: Connection, community: int, month: int, of: Of, now: int, past: Past = NOW
) -> Flow:
    """From where to where members went in the month that begins with the local day `month`."""
    known = await policies.community(db, community)
    first, last = span_of(windows_of(month), MONTH, known.zone_at(month * clock.DAY))
    until = min(past.at, past.seen)
    rows = await db.fetch(Q.flow, community, min(first, until), min(last, until), of)
    names = NAMES[of]
    return Flow(
        month=clock.as_date(month).isoformat()[:7],
        of=of,
        from_=clock.rfc3339(first),
        to=clock.rfc3339(last),
        closed=past.moment(now) >= last,
        moves=[
            Move(
                from_=None if row["from"] is None else names[row["from"]],
                to=names[row["to"]],
                members=row["members"],
            )
            for row in rows
        ],
    )


def _standing(row: Any) -> Standing:
    tier, stage, persona = TIERS[row["tier"]], STAGES[row["stage"]], PERSONAS[row["persona"]]
    figures = ("recency", "frequency", "money", "interaction", "influence")
    scores = {name: row[f"{name}_score"] for name in figures}
    return Standing(
        at=clock.rfc3339(row["at"]),
        tier=tier,
        tier_title=TITLES[tier],
        lifecycle=stage,
        lifecycle_title=TITLES[stage],
        persona=persona if row["persona"] else None,
        persona_title=TITLES.get(persona),
        basis="commerce" if row["commerce"] else "contribution",
        scored=row["scored"],
        value=sum(scores[name] for name in figures[:3]),
        **{name: Figure(value=row[name], score=scores[name]) for name in figures},
    )
