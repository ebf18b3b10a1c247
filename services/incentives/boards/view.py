"""Boards: ranked rows, and a member's own rank with neighbours.

That of many members is read from its tree, that of few from the balances, and that of the past is
added up from the ledger.
"""

from itertools import count
from typing import Any

from services.incentives.boards.definition import PERIODS, Period
from services.incentives.boards.page import Asked, BoardPage, Found, Place, Row, ranked
from services.incentives.boards.run import Run, wanted
from services.incentives.calendar import span_of, windows_of
from services.incentives.policy import view as policies
from services.kit.projection.definition import Connection
from services.kit.runtime import clock, sql

__all__ = ["Asked", "BoardPage", "Row", "UnknownBoardError", "board"]

Q = sql.load(__file__, "reading.sql")
TOP = (2**63 - 1, -1)


class UnknownBoardError(LookupError):
    """No board of that name; the message lists those there are."""


async def board(db: Connection, community: int, name: str, now: int, asked: Asked) -> BoardPage:
    """A page of a board, or a member's surroundings. Raises UnknownBoardError.

    `name` is that of a board of the policy or of an account. `now` decides which period is the
    current one where `at` is not given.
    """
    known = await policies.latest(db, community)
    boards = known.policy.boards if known.policy else {}
    accounts = known.policy.accounts if known.policy else {}
    if name not in boards and name not in accounts:
        there = ", ".join([*boards, *(each for each in accounts if each not in boards)])
        raise UnknownBoardError(f"no board {name!r}; there are {there or 'none without a policy'}")
    account = boards[name].account if name in boards else name
    period: Period = asked.period or (boards[name].period if name in boards else "all")
    at = asked.at or asked.as_of or now
    zone = known.community.zone_at(at)
    windows, index = windows_of(clock.local_day(at, zone)), PERIODS.index(period)
    span = span_of(windows, index, zone)
    place = Place(community, account, index, period, windows[index], span)
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
    await _fill(db, page, place, asked)
    if asked.around is None and len(page.rows) == asked.limit:
        page.next = (page.rows[-1].value, page.rows[-1].member)
    return page


async def _fill(db: Connection, page: BoardPage, place: Place, asked: Asked) -> None:
    found = None
    if asked.as_of is None:
        found = await _many(db, place, asked) or await _few(db, place, asked)
        if found is None or place.key > found.key:
            return
    if found is None or place.key < found.key:
        page.source, found = "ledger", await _past(db, place, asked)
    page.members, page.rows = found.members, found.rows


async def _many(db: Connection, place: Place, asked: Asked) -> Found | None:
    """From the tree; None for an account of few members."""
    query = Q.live.format(**place.columns)
    for wide in count(1):
        read = wanted(asked, wide * wide)
        row = await db.fetchrow(query, *place[:3], *read, place.key)
        if row is None:
            return None
        run = Run(row)
        start, stop, whole = run.part(asked, read)
        if whole:
            return Found(row["key"], row["members"], run.rows(start, stop))
    raise AssertionError("there is no end of counting")


async def _few(db: Connection, place: Place, asked: Asked) -> Found | None:
    """From the balances; None where nobody has anything of the account."""
    query = Q.latest.format(**place.columns)
    row = await db.fetchrow(query, place.community, place.account)
    if row is None or row[1] is None:
        return None
    account, key = row
    if key != place.key:
        return Found(key, 0, [])
    where = (place.community, account, key)
    return await _listed(db, Q.few.format(**place.columns), asked, key, where)


async def _past(db: Connection, place: Place, asked: Asked) -> Found:
    """From the entries of the period, up to an instant."""
    begin, end = place.span
    until = end if asked.as_of is None else min(end, asked.as_of + 1)
    where = (place.community, place.account, begin, until)
    return await _listed(db, Q.past, asked, place.key, where)


async def _listed(
    db: Connection, source: str, asked: Asked, key: int, where: tuple[int | str, ...]
) -> Found:
    """Put in order what a query gives of all members."""
    if asked.around is None:
        place: tuple[Any, ...] = (*(asked.after or TOP), 0, asked.limit)
    else:
        place = (None, asked.around, asked.reach, asked.reach)
    found = await db.fetch(Q.listed.format(source=source), *place, *where)
    keys = [(row["value"], ~row["member"]) for row in found if row["member"] is not None]
    rows = ranked(keys, found[0]["before"], found[0]["higher"])
    return Found(key, found[0]["members"], rows)
