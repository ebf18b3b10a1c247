"""`/v1/communities/{c}/metrics` and `/rules`: how the community is, and what is judged of it."""

from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from services.alerts.metrics import view as metrics
from services.alerts.rules import view as rules
from services.api.callers import Reading
from services.api.openapi import READS
from services.api.reading import paging
from services.api.reading.asked import NO_NUL, Name, Space, asked
from services.kit.runtime import clock

router = APIRouter(prefix="/v1/communities/{community}", tags=["health"])
LONGEST = 400 * clock.DAY
"""Of a series."""

Window = Annotated[
    str | None,
    Query(max_length=16, pattern=NO_NUL, description="Such as hour, day, 7d, 28d, lifetime."),
]
From = Annotated[
    str | None,
    Query(
        alias="from",
        max_length=64,
        description="RFC 3339; with it a series.",
        json_schema_extra={"format": "date-time"},
    ),
]
To = Annotated[
    str | None,
    Query(
        alias="to",
        max_length=64,
        description="RFC 3339, exclusive; now by default.",
        json_schema_extra={"format": "date-time"},
    ),
]


class Metrics(BaseModel):
    """Every metric."""

    items: list[metrics.MetricAnswer]


class Rules(BaseModel):
    """Every rule."""

    items: list[rules.RuleModel]


class RuleChanges(BaseModel):
    """The newest edges of a rule."""

    items: list[rules.RuleChange]


@router.get("/metrics", responses=READS)
async def list_metrics(tenant: Reading, window: Window = None, space: Space = None) -> Metrics:
    """Every metric that has the window, each with its numerator, denominator and sample."""
    async with tenant.here.views.of("alerts") as db:
        with asked():
            found = await metrics.all_metrics(
                db, tenant.community.key, now=clock.now(), window=window, space=space
            )
    return Metrics(items=found)


@router.get("/metrics/{metric}", responses=READS)
async def show_metric(
    tenant: Reading,
    metric: Name,
    window: Window = None,
    begins: From = None,
    ends: To = None,
    space: Space = None,
) -> metrics.MetricAnswer:
    """A metric now, its last closed window, and a series between `from` and `to`."""
    start, end = paging.instant(begins, "from"), paging.instant(ends, "to")
    now = clock.now()
    if start is not None and not 0 <= (now if end is None else end) - start <= LONGEST:
        raise paging.wrong("from", "before `to`, and at most 400 days before it")
    async with tenant.here.views.of("alerts") as db:
        with asked():
            return await metrics.metric(
                db,
                tenant.community.key,
                metric,
                now=now,
                window=window,
                begins=start,
                ends=end,
                space=space,
            )


@router.get("/rules", responses=READS)
async def list_rules(tenant: Reading) -> Rules:
    """Every rule: its state, the measured value, the threshold, since when, why."""
    async with tenant.here.views.of("alerts") as db:
        return Rules(items=await rules.states(db, tenant.community.key))


@router.get("/rules/{rule}/changes", responses=READS)
async def list_rule_changes(tenant: Reading, rule: Name, limit: paging.Limit = 50) -> RuleChanges:
    """The newest edges that a rule's state took, each with its cause."""
    async with tenant.here.views.of("alerts") as db:
        with asked():
            found = await rules.changes(db, tenant.community.key, rule, limit)
    return RuleChanges(items=found)
