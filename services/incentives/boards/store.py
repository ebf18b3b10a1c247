"""Keeping the boards in step with the balances that a fold writes."""

from services.incentives.arrays import literal
from services.incentives.boards.histogram import Bucket, Histogram, cut_at
from services.incentives.calendar import NO_DAY
from services.incentives.tenant import Tenant
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)
NAMES = ("day", "week", "month", "all")
ALL = 3
Standing = tuple[int, int, int, int]
"""Account, period, member, and the lower bound of the bucket."""


async def load_histograms(db: Connection, tenant: Tenant) -> None:
    """Bring into memory the buckets of every board that the dirty balances stand on."""
    known = tenant.histograms
    missing = sorted({balance.account for _, balance in tenant.dirty_balances} - known.keys())
    if not missing:
        return
    rows: dict[tuple[int, int], list[tuple[int, int]]] = {}
    keys: dict[tuple[int, int], int] = {}
    for row in await db.fetch(Q.buckets, tenant.key, missing):
        place = (row["account"], row["period"])
        rows.setdefault(place, []).append((row["low"], row["members"]))
        keys[place] = row["key"]
    for account in missing:
        known[account] = [
            Histogram(keys.get((account, period), NO_DAY), rows.get((account, period), []))
            for period in range(4)
        ]
        known[account][ALL].key = 0


async def begin_periods(db: Connection, tenant: Tenant) -> None:
    """Where a balance has changed in a later day, week or month than a board shows, begin it."""
    latest: dict[int, list[int]] = {}
    for _, balance in tenant.dirty_balances:
        keys = latest.setdefault(balance.account, [NO_DAY] * 3)
        if balance.keys[0] > keys[0]:
            # A later day is never in an earlier week or month.
            latest[balance.account] = balance.keys
    for account, keys in sorted(latest.items()):
        for period, key in enumerate(keys):
            histogram = tenant.histograms[account][period]
            if key > histogram.key:
                if histogram.members:
                    await db.execute(Q.drop_standings, tenant.key, account, period)
                histogram.begin(key)


def place_balances(tenant: Tenant) -> list[Standing]:
    """Count who moved between buckets; the standings that changed."""
    moved: list[Standing] = []
    for token, balance in tenant.dirty_balances:
        account, keys, sums = balance.account, balance.keys, balance.sums
        stored, histograms = balance.stored, tenant.histograms[account]
        for period in (0, 1, 2):
            histogram = histograms[period]
            if keys[period] == histogram.key:
                before = stored[period] if stored and stored[3 + period] == histogram.key else None
                _place(histogram, before, sums[period], (account, period, token), moved)
        before = stored[6] if stored else None
        place = (account, ALL, token)
        _place(histograms[ALL], before, balance.balance, place, moved)
        balance.stored = (*sums, *keys, balance.balance)
    return moved


def _place(
    histogram: Histogram,
    before: int | None,
    score: int,
    place: tuple[int, int, int],
    moved: list[Standing],
) -> None:
    bucket = histogram.find(score)
    if before is not None:
        if bucket.low <= before < bucket.high:
            return
        histogram.add(histogram.find(before), -1)
    histogram.add(bucket, 1)
    moved.append((*place, bucket.low))


async def write_boards(db: Connection, tenant: Tenant, moved: list[Standing]) -> None:
    """Write what changed, after the balances are written; split what is crowded."""
    if moved:
        columns = map(literal, zip(*sorted(moved), strict=True))
        await db.execute(Q.put_standings, tenant.key, *columns)
    rows: list[tuple[int, ...]] = []
    for account, histograms in tenant.histograms.items():
        for period, histogram in enumerate(histograms):
            while crowded := histogram.crowded():
                for bucket in crowded:
                    await _split(db, tenant, (account, period), bucket)
            for bucket in histogram.changed:
                place = (account, period, bucket.low)
                rows.append((*place, histogram.key, bucket.members))
                bucket.dirty = False
            histogram.changed.clear()
    if rows:
        columns = map(literal, zip(*sorted(rows), strict=True))
        await db.execute(Q.put_buckets, tenant.key, *columns)


async def _split(db: Connection, tenant: Tenant, board: tuple[int, int], bucket: Bucket) -> None:
    account, period = board
    histogram, name = tenant.histograms[account][period], NAMES[period]
    where = (tenant.key, account, period, bucket.low)
    median = await db.fetchval(Q.median.format(period=name), *where, bucket.members // 2)
    upper = histogram.split(bucket, cut_at(bucket, median))
    status = await db.execute(Q.move_up.format(period=name), *where, upper.low)
    count = int(status.split()[1])
    histogram.add(upper, count)
    histogram.add(bucket, -count)
