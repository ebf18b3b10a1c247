"""Boards: ranked rows, and a member's own rank with neighbours."""

from typing import Any, Literal, NamedTuple

from pydantic import BaseModel, Field

from services.incentives.boards.definition import PERIODS, Period
from services.incentives.calendar import span_of, windows_of
from services.incentives.policy import view as policies
from services.kit.projection.definition import Connection
from services.kit.runtime import clock, sql

Q = sql.load(__file__)


class Row(BaseModel):
    """One place of a board; equal values share a rank."""

    rank: int
    member: int = Field(description="Token.")
    value: int


class BoardPage(BaseModel):
    """A part of a board."""

    board: str
    account: str
    title: Any = ""
    period: Period
    start: str | None = Field(description="Beginning of the period, RFC 3339; null for all time.")
    end: str | None
    members: int = Field(description="How many stand on the board.")
    rows: list[Row]
    next: tuple[int, int] | None = Field(
        default=None, description="Value and member to go on after; null at the end."
    )
    source: Literal["live", "ledger"] = Field(
        default="live", description="Whether read from the live board or added up from entries."
    )


class UnknownBoardError(LookupError):
    """No board of that name; the message lists those there are."""


class Asked(NamedTuple):
    """What of a board is wanted: by the period of an instant, as of an instant."""

    period: Period | None = None
    at: int | None = None
    around: int | None = None
    as_of: int | None = None
    after: tuple[int, int] | None = None
    limit: int = 20


class Place(NamedTuple):
    """A board in the tables."""

    community: int
    account: int
    period: int
    name: Period
    key: int


async def board(db: Connection, community: int, name: str, now: int, asked: Asked) -> BoardPage:
    """A page of a board, or a member's surroundings. Raises UnknownBoardError.

    `name` is that of a board of the policy or of an account. `now` decides which period is the
    current one where `at` is not given.
    """
    known = await policies.community(db, community)
    version = policies.current(known)
    boards = version.compiled.boards if version else {}
    accounts = version.compiled.accounts if version else {}
    if name not in boards and name not in accounts:
        there = ", ".join([*boards, *(each for each in accounts if each not in boards)])
        raise UnknownBoardError(f"no board {name!r}; there are {there or 'none without a policy'}")
    account = boards[name].account if name in boards else name
    period: Period = asked.period or (boards[name].period if name in boards else "all")
    at = asked.at or asked.as_of or now
    zone = known.zone_at(at)
    windows, index = windows_of(clock.local_day(at, zone)), PERIODS.index(period)
    words = await policies.words(db, community)
    place = Place(community, words.ids.get(account, 0), index, period, windows[index])
    span = span_of(windows, index, zone)
    page = BoardPage(
        board=name,
        account=account,
        title=boards[name].title if name in boards else accounts[name].title,
        period=period,
        start=None if period == "all" else clock.rfc3339(span[0]),
        end=None if period == "all" else clock.rfc3339(span[1]),
        members=0,
        rows=[],
    )
    shown = await db.fetchrow(Q.board, *place[:3])
    assert shown is not None  # noqa: S101 - a row of aggregates
    latest = shown["key"]
    if asked.as_of is not None or (latest is not None and place.key < latest):
        until = span[1] if asked.as_of is None else min(span[1], asked.as_of + 1)
        return await _past(db, page, place, (span[0], until), asked)
    if latest is None or place.key > latest:
        return page
    page.members = shown["members"]
    if asked.around is not None:
        page.rows = await _around(db, place, asked.around, asked.limit)
        return page
    page.rows = await _page(db, place, asked.after, asked.limit)
    if len(page.rows) == asked.limit:
        page.next = (page.rows[-1].value, page.rows[-1].member)
    return page


class Bucket(NamedTuple):
    """A bucket being read: `above` members stand in higher ones."""

    low: int
    high: int | None
    below: int | None
    higher: int | None
    above: int

    @property
    def tied(self) -> bool:
        """Whether all in it have one score."""
        return self.high is not None and self.high - self.low == 1


async def _bucket(db: Connection, place: Place, low: int) -> Bucket:
    row = await db.fetchrow(Q.bounds, *place[:3], low)
    assert row is not None  # noqa: S101 - a row of aggregates
    return Bucket(low, row["high"], row["below"], row["higher"], row["above"])


def _ranked(found: list[Any], bucket: Bucket) -> list[Row]:
    return [
        Row(rank=bucket.above + row["rank"], member=row["member"], value=row["value"])
        for row in found
    ]


async def _rows(db: Connection, place: Place, query: str, low: int, *more: int) -> list[Any]:
    where = (*place[:3], low, *more)
    return list(await db.fetch(query.format(period=place.name), *where))


async def _page(
    db: Connection, place: Place, after: tuple[int, int] | None, limit: int
) -> list[Row]:
    score, member = after or (2**62, -1)
    low = await db.fetchval(Q.bucket_of, *place[:3], score)
    rows: list[Row] = []
    while low is not None and len(rows) < limit:
        bucket = await _bucket(db, place, low)
        left = limit - len(rows)
        if bucket.tied:
            behind = member if bucket.low == score else -1
            found = await _rows(db, place, Q.ties_after, low, behind, left)
        else:
            every = await _rows(db, place, Q.rows, low)
            found = [row for row in every if (-row["value"], row["member"]) > (-score, member)]
        rows += _ranked(found[:left], bucket)
        low = bucket.below
    return rows


async def _around(db: Connection, place: Place, member: int, limit: int) -> list[Row]:
    own = await db.fetchrow(Q.own_bounds, *place[:3], member)
    if own is None or own["low"] is None:
        return []
    reach = max(1, (limit - 1) // 2)
    bucket = Bucket(own["low"], own["high"], own["below"], own["higher"], own["above"])
    if bucket.tied:
        before = await _rows(db, place, Q.ties_before, bucket.low, member, reach)
        after = await _rows(db, place, Q.ties_after, bucket.low, member - 1, reach + 1)
        found = [*reversed(before), *after]
    else:
        found = await _rows(db, place, Q.rows_around, bucket.low, member, reach)
    rows = _ranked(found, bucket)
    at = next(i for i, row in enumerate(rows) if row.member == member)
    higher: list[Row] = []
    upper = bucket
    while at + len(higher) < reach and upper.higher is not None:
        upper = await _bucket(db, place, upper.higher)
        higher = await _lowest(db, place, upper, reach - at - len(higher)) + higher
    missing = reach - (len(rows) - 1 - at)
    below = await _page(db, place, (rows[-1].value, rows[-1].member), missing) if missing else []
    return [*higher, *rows, *below]


async def _lowest(db: Connection, place: Place, bucket: Bucket, count: int) -> list[Row]:
    """The last rows of a bucket."""
    if bucket.tied:
        found = await _rows(db, place, Q.ties_before, bucket.low, 2**63 - 1, count)
        return _ranked(found[::-1], bucket)
    return _ranked((await _rows(db, place, Q.rows, bucket.low))[-count:], bucket)


async def _past(
    db: Connection, page: BoardPage, place: Place, span: tuple[int, int], asked: Asked
) -> BoardPage:
    """A board added up from the ledger. Its pages go on after a member, whose value may be old."""
    where = (place.community, place.account, *span)
    if asked.around is not None:
        reach = max(1, (asked.limit - 1) // 2)
        found = await db.fetch(Q.past, *where, asked.around, reach, 2**62, 2 * reach + 1)
        # Near the top there is less above than wanted.
        own = next((row["place"] for row in found if row["member"] == asked.around), 0)
        found = [row for row in found if row["place"] <= own + reach]
    else:
        behind = asked.after[1] if asked.after else None
        found = await db.fetch(Q.past, *where, behind, -1, 0, asked.limit)
    page.source = "ledger"
    page.members = found[0]["total"] if found else 0
    page.rows = [Row(rank=r["rank"], member=r["member"], value=r["value"]) for r in found]
    if asked.around is None and len(found) == asked.limit:
        page.next = (page.rows[-1].value, page.rows[-1].member)
    return page
