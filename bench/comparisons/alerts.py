"""Alerts, Kafka to PostgreSQL, beside incentives over the same events."""

from bench.consuming import live, ready
from bench.rows import Row
from bench.world import Stage, World

STAGE = Stage.LIKES


async def run(at: World) -> list[Row]:
    """One process of each."""
    count = await ready(at)
    _, incentives = await live(at, "incentives", count)
    _, alerts = await live(at, "alerts", count)
    return [
        Row(
            what="alerts (metrics, rules, incidents), one process",
            figure=alerts.rate,
            unit="events/s",
            beside="incentives",
            other=incentives.rate,
            at_least=0.9,
            note=alerts.note(),
        )
    ]
