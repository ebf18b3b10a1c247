"""The statements of tiers: what is counted goes into tables, and a day closes by them."""

from collections.abc import Sequence
from typing import Any

from services.incentives.arrays import literal
from services.incentives.outcome import Outcome
from services.incentives.tiers.closing import Change, Closings
from services.incentives.tiers.definition import Tiers
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)
CLOSING = sql.load(__file__, "closing.sql")
VALUES = {"auto": 0, "commerce": 1, "contribution": 2}


async def load_days(db: Connection, partition: int) -> dict[int, int]:
    """The days with which communities of a partition are judged next."""
    rows = await db.fetch(Q.closes, partition)
    return {row["community"]: row["day"] for row in rows}


async def close(
    db: Connection, community: int, day: int, at: int, tiers: Tiers
) -> tuple[list[Change], bool]:
    """Judge a community as a local day begins at `at`: whose tier, stage or persona has changed,
    and whether the next day has to be looked at though nobody acts.

    Everything before that instant in the log must be in the tables, and nothing after it.
    """
    rows = await db.fetch(CLOSING.close, community, day, at, *_asked(tiers))
    goes_on = await db.fetchval(Q.goes_on, community, day)
    return [Change(*row) for row in rows], bool(goes_on)


def _asked(tiers: Tiers) -> Sequence[Any]:
    steps, life, who = tiers.cutoffs, tiers.lifecycle, tiers.personas
    return (
        tiers.days,
        tiers.interaction_days,
        VALUES[tiers.value],
        tiers.fifths_from,
        steps.recency,
        steps.frequency,
        steps.money,
        steps.received,
        steps.interaction,
        steps.influence,
        *(list(column) for column in zip(*tiers.demands(), strict=True)),
        life.loyal,
        life.at_risk_days,
        life.lost_days,
        who.price_hunter.orders,
        round(who.price_hunter.share * 1000),
        who.quality.orders,
        round(who.quality.times_mean * 1000),
        who.experience.attended,
    )


async def write(db: Connection, outcome: Outcome, closings: Closings) -> None:
    """Write what was counted since the last write, and the days to come."""
    if outcome.days:
        days = [(*place, *counted) for place, counted in sorted(outcome.days.items())]
        await db.execute(Q.put_days, *map(literal, zip(*days, strict=True)))
        outcome.days.clear()
    if outcome.pairs:
        pairs = [(*place, day) for place, day in sorted(outcome.pairs.items())]
        await db.execute(Q.put_pairs, *map(literal, zip(*pairs, strict=True)))
        outcome.pairs.clear()
    for community in sorted(closings.changed):
        day = closings.next_day(community)
        if day is None:
            await db.execute(Q.end_close, community)
        else:
            await db.execute(Q.put_close, community, day)
    closings.changed.clear()
