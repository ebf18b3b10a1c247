"""The community's numbers for Prometheus: metrics, firing rules, open incidents.

Looked up after commits, at most every few seconds, for as many communities as a setting allows
(those seen last first). Never a member in a label.
"""

import asyncio
import contextlib
from collections.abc import Callable

import structlog
from prometheus_client import Gauge

from services.alerts.incidents import view as incidents_view
from services.alerts.metrics import view as metrics_view
from services.alerts.metrics.catalogue import metrics
from services.alerts.rules import view as rules_view
from services.alerts.rules.catalogue import rules
from services.kit.projection import generations
from services.kit.runtime import clock, database
from services.kit.runtime.background import Background

WINDOWS = {"hour": "hour", "day": "day", "week": "7d"}
EVERY = 5.0

COMMUNITY = {
    name: Gauge(
        metric.prometheus(),
        f"{metric.title} ({metric.row}), of the window that is open.",
        ["community", "window"],
    )
    for name, metric in metrics().items()
}
FIRING = Gauge(
    "hearth_rule_firing",
    "Whether a rule fires (1) or not (0); holding still counts as firing.",
    ["community", "rule"],
)
OPEN = Gauge("hearth_incidents_open", "Incidents that are not resolved.", ["community", "priority"])
PRIORITIES = (1, 2, 3, 4)

logger = structlog.get_logger(__name__)


class Gauges(Background):
    """A part of the alerts service. `most` bounds the communities shown."""

    def __init__(
        self, dsn: str, most: int, every: float = EVERY, now: Callable[[], int] = clock.now
    ) -> None:
        super().__init__("gauges")
        self._dsn, self._most, self._every, self._now = dsn, most, every, now

    async def work(self) -> None:
        """Publish now and then; nothing before the projection ever ran."""
        db = await database.connect(self._dsn)
        try:
            while True:
                with contextlib.suppress(LookupError):
                    await self.publish(db)
                await asyncio.sleep(self._every)
        finally:
            await db.close(timeout=2)

    async def publish(self, db: database.Connection) -> None:
        """Set every gauge from the live tables. LookupError before the projection ever ran."""
        async with db.transaction(isolation="repeatable_read", readonly=True):
            number = await generations.live(db, "alerts")
            schema = generations.schema_of("alerts", number)
            await db.execute(f'SET LOCAL search_path = "{schema}"')
            rows = await db.fetch(metrics_view.Q.active_communities, self._most)
            slugs = {row["community"]: row["slug"] for row in rows}
            for gauge in (*COMMUNITY.values(), FIRING, OPEN):
                gauge.clear()
            for community, slug in slugs.items():
                await self._metrics(db, community, slug)
            await self._rules(db, slugs)
            await self._incidents(db, slugs)

    async def _metrics(self, db: database.Connection, community: int, slug: str) -> None:
        for label, window in WINDOWS.items():
            for found in await metrics_view.all_metrics(
                db, community, now=self._now(), window=window
            ):
                if found.value is not None:
                    COMMUNITY[found.metric].labels(slug, label).set(found.value)

    async def _rules(self, db: database.Connection, slugs: dict[int, str]) -> None:
        for slug in slugs.values():
            for rule in rules():
                FIRING.labels(slug, rule).set(0)
        for row in await db.fetch(rules_view.Q.firing, list(slugs)):
            FIRING.labels(slugs[row["community"]], row["rule"]).set(int(row["fires"]))

    async def _incidents(self, db: database.Connection, slugs: dict[int, str]) -> None:
        for slug in slugs.values():
            for priority in PRIORITIES:
                OPEN.labels(slug, f"P{priority}").set(0)
        for row in await db.fetch(incidents_view.Q.open_by_priority, list(slugs)):
            OPEN.labels(slugs[row["community"]], f"P{row['priority']}").set(row["n"])
