"""The statements of stars: what is open, and the top of a board when a period closes."""

from services.incentives.boards.definition import PERIODS
from services.incentives.policy.document import Incentives
from services.incentives.stars.closing import MOST_SHARED, Closing, Placed, Top
from services.incentives.stars.definition import WINDOWS, Star
from services.incentives.stars.periods import Known, Period, account_of, span
from services.incentives.stars.timers import Due, Timers
from services.incentives.tenant import Tenant
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)


async def load_open(db: Connection, partition: int) -> list[tuple[int, Period]]:
    """The open periods of a partition's communities."""
    rows = await db.fetch(Q.open, partition)
    return [(row["community"], (row["per"], row["first"])) for row in rows]


async def closing(db: Connection, tenant: Tenant, known: Known, due: Due) -> Closing:
    """What closes a period, by the policy in force at its end: the tops of the stars' boards."""
    at, _, period = due
    begins, ends = span(period, known)
    version = known.policy_at(ends - 1)
    policy = version.compiled if version is not None else Incentives()
    tops = []
    for name, star in policy.stars.items():
        account = account_of(policy, star)
        word = tenant.words.ids.get(account)
        if WINDOWS[star.per] == period[0] and word is not None:
            placed = await _placed(db, tenant.key, star, word, (period, begins, ends))
            tops.append(Top(name, star, account, tuple(placed)))
    return Closing(at, period, (begins, ends), policy, tuple(tops))


async def _placed(
    db: Connection, key: int, star: Star, account: int, when: tuple[Period, int, int]
) -> list[Placed]:
    (index, first), begins, ends = when
    left_out = await _left_out(db, key, star, ends - 1)
    where = (key, account, index, first, left_out, star.at_least, star.top)
    if star.ties == "share":
        rows = await db.fetch(Q.top.format(period=PERIODS[index]), *where, MOST_SHARED + 1)
    else:
        query = Q.top_by_time.format(period=PERIODS[index])
        rows = await db.fetch(query, *where, star.top, begins, ends)
    return [Placed(row["member"], row["score"], row["rank"]) for row in rows]


async def _left_out(db: Connection, key: int, star: Star, at: int) -> list[int]:
    """Who had a role that leaves out at an instant."""
    held: dict[tuple[int, str], int] = {}
    for row in await db.fetch(Q.with_roles, key, list(star.without), at):
        held[row["member"], row["role"]] = row["until"]
    return sorted({member for (member, _), until in held.items() if until > at})


async def write(db: Connection, timers: Timers) -> None:
    """Forget what was kept of the periods that have closed."""
    for key, (index, first) in timers.closed:
        await db.execute(Q.closed, key, index, first)
        await db.execute(Q.aside_closed, key, index, first)
    timers.closed.clear()
