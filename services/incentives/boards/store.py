"""Keeping the boards' buckets in step with the balances that a fold writes."""

from typing import Any

from services.incentives.boards.histogram import Bucket, Histogram, cut_at
from services.incentives.tenant import Tenant
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)
NAMES = ("day", "week", "month", "all")
ALL = 3
PERIODS = (0, 1, 2, ALL)
MOST_KEPT = 4_096
"""Histograms kept in memory for a community; beyond, its memory is dropped and read again."""

Place = tuple[int, int, int]
"""Account, period, key of the period."""


async def load_histograms(db: Connection, tenant: Tenant) -> None:
    """Bring into memory the buckets of every board that the dirty balances stand on."""
    wanted: set[Place] = set()
    for _, balance in tenant.dirty_balances:
        account, (day, week, month) = balance.account, balance.keys
        wanted.update(((account, 0, day), (account, 1, week), (account, 2, month)))
        wanted.add((account, ALL, 0))
        if balance.stored is not None:
            wanted.update((account, period, balance.stored[period][0]) for period in (0, 1, 2))
    for place in sorted(wanted - tenant.histograms.keys()):
        rows = await db.fetch(Q.buckets, tenant.key, *place)
        tenant.histograms[place] = Histogram([(row["low"], row["members"]) for row in rows])


def place_balances(tenant: Tenant) -> None:
    """Find each dirty balance's buckets, and count who moved between them."""
    histograms = tenant.histograms
    for _, balance in tenant.dirty_balances:
        account, stored = balance.account, balance.stored
        keys, scores = (*balance.keys, 0), (*balance.sums, balance.balance)
        fresh: list[tuple[int, Bucket]] = []
        for period in PERIODS:
            key, score = keys[period], scores[period]
            if stored is not None:
                place = stored[period]
                old_key, bucket = place
                if bucket.__class__ is int:  # as the table has it: its low bound
                    bucket = histograms[(account, period, old_key)].find(bucket)
                if old_key == key and bucket.low <= score < bucket.high:
                    fresh.append((key, bucket))
                    continue
                histograms[(account, period, old_key)].add(bucket, -1)
            histogram = histograms[(account, period, key)]
            bucket = histogram.find(score)
            histogram.add(bucket, 1)
            fresh.append((key, bucket))
        balance.stored = fresh


async def write_buckets(db: Connection, tenant: Tenant) -> None:
    """Write what changed, after the balances are written; split what is crowded."""
    rows: list[tuple[int, ...]] = []
    for place, histogram in tenant.histograms.items():
        while crowded := histogram.crowded():
            for bucket in crowded:
                await _split(db, tenant, place, histogram, bucket)
        for bucket in histogram.changed:
            rows.append((tenant.key, *place, bucket.low, bucket.members))
            bucket.dirty = False
        histogram.changed.clear()
    if rows:
        await db.execute(Q.put_buckets, *map(list, zip(*sorted(rows), strict=True)))


async def _split(
    db: Connection, tenant: Tenant, place: Place, histogram: Histogram, bucket: Bucket
) -> None:
    account, period, key = place
    name = NAMES[period]
    where: tuple[Any, ...] = (tenant.key, account, key, bucket.low)
    median = await db.fetchval(Q.median.format(period=name), *where, bucket.members // 2)
    upper = histogram.split(bucket, cut_at(bucket, median))
    moved = await db.fetch(Q.move_up.format(period=name), *where, upper.low)
    histogram.add(upper, len(moved))
    histogram.add(bucket, -len(moved))
    for row in moved:
        token = row["member"]
        member = tenant.members.get(token) or tenant.old_members.get(token)
        balance = member.accounts.get(account) if member is not None else None
        if balance is not None and balance.stored is not None:
            balance.stored[period] = (key, upper)
