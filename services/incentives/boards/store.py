"""Keeping the boards in step with the balances that a fold writes.

An account of few members has no rows here: its boards are read from the balances. That is also how
they are read while there are no rows yet, so that it does not matter when they are made.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from services.incentives.arrays import literal
from services.incentives.boards.pairs import LOWEST
from services.incentives.boards.tree import Changes, Leaf, Tree, empty, planted
from services.incentives.calendar import NO_DAY
from services.incentives.tenant import Tenant
from services.kit.projection.definition import Connection
from services.kit.runtime import sql

Q = sql.load(__file__)
FEW = 2_000
"""Members of an account up to which its boards are read from the balances."""
PERIODS = (("day", "day_key"), ("week", "week_key"), ("month", "month_key"), ("all", "0"))
"""Of each board the column of the scores, and that of the period they are of."""
ALL = 3
Board = tuple[int, int]
"""Account and period."""


async def load(db: Connection, tenant: Tenant) -> None:
    """Bring into memory the boards of every account that the dirty balances are of.

    For before the balances are written. Boards that are missing or out of step are made anew.
    """
    known = tenant.boards
    missing = sorted({balance.account for _, balance in tenant.dirty_balances} - known.keys())
    if not missing:
        return
    known.update((account, 0) for account in missing)
    many = {}
    for row in await db.fetch(Q.on_balances, tenant.key, missing):
        known[row["account"]] = row["members"]
        if row["members"] > FEW:
            many[row["account"]] = row
    if not many:
        return
    rows = await db.fetch(Q.boards, tenant.key, list(many))
    shown = {account: list(theirs) for account, theirs in groupby(rows, lambda row: row["account"])}
    for account, row in many.items():
        if [_step(each) for each in shown.get(account, ())] != _steps(row):
            await _make(db, tenant.key, row)
    for account, trees in (await _trees(db, tenant.key, list(many))).items():
        known[account] = trees


def _step(row: Any) -> tuple[int, int | None, int | None]:
    whole = row["period"] == ALL
    return row["key"], row["members"] if whole else None, int(row["total"]) if whole else None


def _steps(row: Any) -> list[tuple[int, int | None, int | None]]:
    latest = [(row[name], None, None) for name in ("day", "week", "month")]
    return [*latest, (0, row["members"], int(row["total"]))]


async def _make(db: Connection, community: int, row: Any) -> None:
    """Make an account's boards from its balances."""
    account = row["account"]
    for period, (name, key) in enumerate(PERIODS):
        board = (community, account, period)
        await _drop(db, board)
        latest = 0 if period == ALL else row[name]
        names = {"period": name, "key": key}
        await db.execute(Q.make_leaves.format(**names), *board, latest)
        await db.execute(Q.make_branches, *board)
        await db.execute(Q.make_board.format(**names), *board, latest)


async def _drop(db: Connection, board: tuple[int, int, int]) -> None:
    await db.execute(Q.drop_leaves_of, *board)
    await db.execute(Q.drop_branches_of, *board)


async def _trees(db: Connection, community: int, accounts: list[int]) -> dict[int, list[Tree]]:
    leaves: dict[Board, list[Leaf]] = {}
    for row in await db.fetch(Q.leaves, community, accounts):
        leaf = Leaf((row["low"], row["tie"]), row["members"], row["pairs"])
        leaves.setdefault((row["account"], row["period"]), []).append(leaf)
    branches: dict[Board, list[tuple[int, int]]] = {}
    for row in await db.fetch(Q.branches, community, accounts):
        low = (row["low"], row["tie"])
        branches.setdefault((row["account"], row["period"]), []).append(low)
    found: dict[int, list[Tree]] = {}
    for row in await db.fetch(Q.boards, community, accounts):
        board = (row["account"], row["period"])
        standing = leaves.get(board) or [Leaf(LOWEST)]
        tree = planted(row["key"], standing, branches.get(board, [LOWEST]))
        tree.total = int(row["total"])
        found.setdefault(row["account"], []).append(tree)
    return found


async def begin_periods(db: Connection, tenant: Tenant) -> None:
    """Where a balance has changed in a later day, week or month than a board shows, begin it."""
    latest: dict[int, list[int]] = {}
    for _, balance in tenant.dirty_balances:
        keys = latest.setdefault(balance.account, [NO_DAY] * 3)
        if balance.keys[0] > keys[0]:
            # A later day is never in an earlier week or month.
            latest[balance.account] = balance.keys
    for account, keys in sorted(latest.items()):
        trees = tenant.boards[account]
        if isinstance(trees, int):
            continue
        for period, key in enumerate(keys):
            if key > trees[period].key:
                await _drop(db, (tenant.key, account, period))
                trees[period] = empty(key)


def place(tenant: Tenant) -> None:
    """Move members on the boards to where their balances belong."""
    for token, balance in tenant.dirty_balances:
        account, keys, sums = balance.account, balance.keys, balance.sums
        stored, trees = balance.stored, tenant.boards[account]
        if isinstance(trees, int):
            tenant.boards[account] = trees + (stored is None)
        else:
            for period in (0, 1, 2):
                key = trees[period].key
                if keys[period] == key:
                    before = stored[period] if stored and stored[3 + period] == key else None
                    trees[period].move(token, before, sums[period])
            trees[ALL].move(token, stored[6] if stored else None, balance.balance)
        balance.stored = (*sums, *keys, balance.balance)


async def write(db: Connection, tenant: Tenant) -> None:
    """Write what changed on the boards."""
    changed: list[tuple[Board, Tree]] = []
    for account, trees in list(tenant.boards.items()):
        if not isinstance(trees, int):
            changed += [((account, n), tree) for n, tree in enumerate(trees) if tree.changed]
        elif trees > FEW:
            del tenant.boards[account]  # the next load makes them
    if not changed:
        return
    held = await _held(db, tenant.key, changed)
    changes = [(board, tree.settle(held)) for board, tree in changed]
    await _write_leaves(db, tenant.key, changes)
    await _write_branches(db, tenant.key, changes)
    rows = [(*board, tree.key, tree.members, tree.total) for board, tree in changed]
    await db.execute(Q.put_boards, tenant.key, *_columns(rows))
    for _, tree in changed:
        tree.changed = False


async def _held(
    db: Connection, community: int, changed: list[tuple[Board, Tree]]
) -> dict[Leaf, bytes]:
    wanted = [(leaf, (*board, *leaf.low)) for board, tree in changed for leaf in tree.wanted()]
    held = dict.fromkeys((leaf for leaf, _ in wanted), b"")
    stored = [(leaf, place) for leaf, place in wanted if leaf.pairs]
    if stored:
        rows = await db.fetch(Q.held, community, *_columns([place for _, place in stored]))
        held.update((stored[row["n"] - 1][0], row["held"]) for row in rows)
    return held


async def _write_leaves(
    db: Connection, community: int, changes: list[tuple[Board, Changes]]
) -> None:
    dropped = [(*board, *low) for board, change in changes for low in change.dropped]
    if dropped:
        await db.execute(Q.drop_leaves, community, *_columns(sorted(dropped)))
    for query, rows in (
        (Q.cut_leaves, [(b, row) for b, change in changes for row in change.cut]),
        (Q.grow_leaves, [(b, row) for b, change in changes for row in change.appended]),
    ):
        if rows:
            rows.sort()
            places = [(*board, *low, members) for board, (low, members, _) in rows]
            raws = [raw for _, (_, _, raw) in rows]
            await db.execute(query, community, *_columns(places), raws)


async def _write_branches(
    db: Connection, community: int, changes: list[tuple[Board, Changes]]
) -> None:
    dropped = [(*board, *low) for board, change in changes for low in change.dropped_branches]
    if dropped:
        await db.execute(Q.drop_branches, community, *_columns(sorted(dropped)))
    rows = [(*b, *low, members) for b, change in changes for low, members in change.branches]
    if rows:
        await db.execute(Q.put_branches, community, *_columns(sorted(rows)))


def _columns(rows: Sequence[tuple[int, ...]]) -> list[str]:
    return [literal(column) for column in zip(*rows, strict=True)]
