"""The statements of what is counted of whole communities."""

from collections import defaultdict
from collections.abc import Sequence

from services.incentives.tenant import Tenant
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)
Totals = dict[int, dict[int, int]]


async def load_totals(db: Connection, keys: Sequence[int]) -> dict[int, Totals]:
    """Of communities the counts by counter and local day."""
    found: defaultdict[int, Totals] = defaultdict(dict)
    for row in await db.fetch(Q.totals, list(keys)):
        found[row["community"]].setdefault(row["counter"], {})[row["day"]] = row["count"]
    return found


async def write_totals(db: Connection, tenant: Tenant) -> None:
    """Write what was counted since the last write."""
    if not tenant.dirty_totals:
        return
    places = sorted(tenant.dirty_totals)
    counts = [tenant.totals[word][day] for word, day in places]
    words, days = zip(*places, strict=True)
    await db.execute(Q.put_totals, tenant.key, words, days, counts)
    tenant.dirty_totals.clear()
