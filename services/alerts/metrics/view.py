"""Metrics as they are read: the open window, the last closed one, and a series.

Queries take a connection that looks at the live generation. LookupError is for what is not
there (a metric, a window, a space), ValueError for what cannot be asked like this.
"""

from collections import defaultdict
from functools import lru_cache

import msgspec
from pydantic import BaseModel, Field

from services.alerts.counting import BY_DAY
from services.alerts.metrics.catalogue import metrics
from services.alerts.metrics.definition import Metric, measured
from services.alerts.metrics.scope import Material, Scope
from services.alerts.metrics.windows import ALIASES, Window, of_days, series, window_at
from services.alerts.policy.compiled import Compiled, compiled, default
from services.kit.projection.definition import Connection
from services.kit.runtime import clock, sql
from services.kit.runtime.clock import rfc3339

Q = sql.load(__file__)


class WindowModel(BaseModel):
    """A window of event time, the end exclusive; a closed one changes only by corrections."""

    begins: str = Field(alias="from", description="RFC 3339.")
    ends: str = Field(alias="to", description="RFC 3339, exclusive.")
    closed: bool


class Point(BaseModel):
    """A value with what it was made of."""

    window: WindowModel
    value: float | None = Field(description="None where `reason` says why.")
    numerator: float
    denominator: float | None
    sample: int
    reason: str | None = Field(description="zero_denominator, sample_too_small ...")
    extra: dict[str, float | str] = Field(description="guessed_share, basis of presence.")
    corrections: int = Field(description="Changes that came after the window had closed.")


class Definition(BaseModel):
    """What is measured; name and version name it for ever."""

    row: str
    name: str
    version: int
    title: str
    unit: str
    text: str
    windows: list[str]


class MetricAnswer(Point):
    """The open window's value at the top, the last closed window's beside it."""

    metric: str
    definition: Definition
    closed: Point | None = Field(description="Of the last closed window.")
    series: list[Point] = Field(description="Windows ending between `from` and `to`.")


def definition_of(metric: Metric) -> Definition:
    """A metric's definition for readers; the text is its file's."""
    return Definition(
        row=metric.row,
        name=metric.name,
        version=metric.version,
        title=metric.title,
        unit=metric.unit,
        text=(metric.measure.__globals__.get("__doc__") or metric.title).strip(),
        windows=list(metric.windows),
    )


async def metric(
    db: Connection,
    community: int,
    name: str,
    *,
    now: int,
    window: str | None = None,
    begins: int | None = None,
    ends: int | None = None,
    space: str | None = None,
) -> MetricAnswer:
    """One metric. With `begins` or `ends` (instants) a series of windows between them, too."""
    definition, asked = known(name, window)
    scope = await scope_of(db, community, space, now)
    anchor = scope.anchor(now)
    open_ = window_at(asked, anchor, scope.zone_at, scope.first_day)
    wanted = [open_]
    closed = _last_closed(scope, asked, anchor)
    if closed is not None:
        wanted.append(closed)
    between: list[Window] = []
    if begins is not None or ends is not None:
        until = open_.ends if ends is None else ends
        start = begins if begins is not None else until - 30 * (until - open_.begins)
        between = series(asked, start, until, scope.zone_at, scope.first_day)
    material = await _material(db, scope, definition, [*wanted, *between])
    answers = [_point(scope, definition, material, w) for w in [*wanted, *between]]
    top = answers[0]
    return MetricAnswer(
        **dict(top),
        metric=name,
        definition=definition_of(definition),
        closed=answers[1] if closed is not None else None,
        series=answers[len(wanted) :],
    )


async def all_metrics(
    db: Connection, community: int, *, now: int, window: str | None = None, space: str | None = None
) -> list[MetricAnswer]:
    """Every metric that has the window; of each its own shortest of days where none is named.

    Raises LookupError for a window that none has.
    """
    asked = ALIASES.get(window or "", window)
    windows = list(dict.fromkeys(name for found in metrics().values() for name in found.windows))
    if asked is not None and asked not in windows:
        raise LookupError(f"no window {asked!r}; there are {', '.join(windows)}")
    return [
        await metric(db, community, name, now=now, window=asked, space=space)
        for name, found in metrics().items()
        if asked is None or asked in found.windows
    ]


def known(name: str, window: str | None) -> tuple[Metric, str]:
    """A metric and its window. Raises LookupError with what there is."""
    found = metrics().get(name)
    if found is None:
        raise LookupError(f"no metric {name!r}; metrics are {', '.join(metrics())}")
    asked = ALIASES.get(window or "", window) or _usual(found)
    if asked not in found.windows:
        raise LookupError(f"{name} has no window {asked!r}; it has {', '.join(found.windows)}")
    return found, asked


def _usual(metric: Metric) -> str:
    return "7d" if "7d" in metric.windows else metric.windows[0]


async def scope_of(db: Connection, community: int, space: str | None, now: int) -> Scope:
    """What is known of a community. LookupError for a space that never was."""
    head = await db.fetchrow(Q.head, community)
    zones = await db.fetchval(Q.zones, community)
    number = 0
    if space is not None:
        number = await db.fetchval(Q.space, community, space)
        if number is None:
            raise LookupError(f"nothing was ever seen in a space {space!r}")
    document = await db.fetchval(Q.policy, community, now)
    policy = default() if document is None else _policy(document)
    pairs = msgspec.json.decode(zones or f'[[{-(2**62)}, "Asia/Shanghai"]]')
    timeline = tuple((int(start), str(name)) for start, name in pairs)
    if head is None:
        today = clock.local_day(now, clock.zone(timeline[-1][1]))
        return Scope(community, number, True, 0, today, today - 1, timeline, policy)
    return Scope(
        community=community,
        space=number,
        live=head["live"],
        seen=head["seen"],
        first_day=head["first_day"],
        closed_day=head["closed_day"],
        zones=timeline,
        policy=policy,
    )


@lru_cache(maxsize=256)
def _policy(document: str) -> Compiled:
    return compiled(msgspec.json.decode(document))


def _last_closed(scope: Scope, name: str, anchor: int) -> Window | None:
    window = window_at(name, anchor, scope.zone_at, scope.first_day)
    if window.span == BY_DAY:
        if scope.closed_day < scope.first_day:
            return None
        last = min(scope.closed_day, window.last)
        first = window.first if name == "lifetime" else last - window.days + 1
        return of_days(first, last, scope.zone_at, anchor)
    while not scope.closed(window):
        if window.begins <= scope.seen - 7 * clock.DAY:
            return None
        before = min(window.begins - 1, max(scope.seen, window.begins - clock.DAY))
        window = window_at(name, before, scope.zone_at, scope.first_day)
    return window


async def _material(
    db: Connection, scope: Scope, metric: Metric, windows: list[Window]
) -> Material:
    span = windows[0].span
    if scope.space and span != BY_DAY:
        raise ValueError("spaces are counted by day; ask for a window of days")
    first, last = min(w.first for w in windows), max(w.last for w in windows)
    bounds = (scope.community, span, scope.space, first, last)
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for bucket, counter, n in await db.fetch(Q.tallies, *bounds):
        counts[bucket][counter] = n
    distinct = {}
    if metric.needs_distinct and span == BY_DAY:
        firsts, lasts = [w.first for w in windows], [w.last for w in windows]
        for row in await db.fetch(Q.distinct_members, scope.community, firsts, lasts, scope.space):
            distinct[row["last"]] = {"active": row["active"], "speakers": row["speakers"]}
    censuses: list[tuple[int, int]] = []
    changes: list[tuple[int, int]] = []
    if metric.needs_present:
        end = max(w.ends for w in windows)
        day = clock.local_day(end, scope.zone_at(end))
        censuses = [(at, n) for at, n in await db.fetch(Q.censuses, scope.community, end)]
        rows = await db.fetch(Q.presence_changes, scope.community, day)
        changes = [(bucket, n) for bucket, n in rows]
    corrections = {row["bucket"]: row["changes"] for row in await db.fetch(Q.corrections, *bounds)}
    return Material(counts, distinct, censuses, changes, corrections)


def _point(scope: Scope, metric: Metric, material: Material, window: Window) -> Point:
    minimum = scope.policy.health.minimum_sample.get(metric.name)
    found = measured(metric, material.basis(scope, window), minimum)
    return Point(
        window=WindowModel.model_validate(
            {
                "from": rfc3339(window.begins),
                "to": rfc3339(window.ends),
                "closed": scope.closed(window),
            }
        ),
        value=found.value,
        numerator=found.numerator,
        denominator=found.denominator,
        sample=found.sample,
        reason=found.reason.value if found.reason else None,
        extra=dict(found.extra),
        corrections=material.corrected(window) if scope.closed(window) else 0,
    )
