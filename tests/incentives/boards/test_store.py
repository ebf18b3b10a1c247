"""The tables of boards: in step with the balances whatever happens, and made anew where not."""

from unittest.mock import patch

import asyncpg
import pytest
from hypothesis import given

from services.incentives.boards import store, tree
from services.incentives.boards.pairs import Key, in_order
from services.incentives.boards.store import PERIODS
from services.kit.projection.definition import Connection
from tests.incentives.boards.test_tree import SMALL
from tests.incentives.boards.test_view import asked, counted, crowd
from tests.incentives.play import Script, Stage
from tests.incentives.scripts import scripts
from tests.incentives.test_properties import SOME, staged


async def out_of_step(db: Connection) -> list[tuple[str, int]]:
    """The boards that are not what the balances say: period and account."""
    return [
        (name, account)
        for account in [row[0] for row in await db.fetch("SELECT DISTINCT account FROM board")]
        for period, (name, key) in enumerate(PERIODS)
        if not await in_step(db, account, period, name, key)
    ]


async def in_step(db: Connection, account: int, period: int, name: str, key: str) -> bool:
    """Whether members, scores, order and all counts of a board are right."""
    leaves, branches, (head,) = [
        await db.fetch(f"SELECT * FROM {table} WHERE account = $1 AND period = $2 {order}", *place)
        for place in [(account, period)]
        for table, order in [
            ("leaf", "ORDER BY low, tie"),
            ("branch", "ORDER BY low, tie"),
            ("board", ""),
        ]
    ]
    balances = await db.fetch(
        f'SELECT "{name}" AS score, ~member AS tie FROM balance WHERE account = $1'
        f" AND {key} = (SELECT max({key}) FROM balance WHERE account = $1) ORDER BY 1, 2",
        account,
    )
    keys: list[Key] = [tuple(row) for row in balances]
    held = [in_order(leaf["held"]) for leaf in leaves]
    return (
        [key for each in held for key in each] == keys
        and [len(each) for each in held] == [leaf["members"] for leaf in leaves]
        and _branches(leaves, branches) == [branch["members"] for branch in branches]
        and (head["members"], head["total"]) == (len(keys), sum(score for score, _ in keys))
    )


def _branches(leaves: list[asyncpg.Record], branches: list[asyncpg.Record]) -> list[int]:
    sums = [0] * len(branches)
    for leaf in leaves:
        low = (leaf["low"], leaf["tie"])
        sums[sum((row["low"], row["tie"]) <= low for row in branches) - 1] += leaf["members"]
    return sums


@SOME
@given(scripts())
async def test_boards_are_what_the_balances_say(database: str, script: Script) -> None:
    with patch.object(store, "FEW", 0), patch.multiple(tree, **SMALL):
        stage = await staged(database, script, 7)
        assert await out_of_step(stage.db) == []
        await stage.db.close()
        stage = await staged(database, script, 3, restarts=True)
        assert await out_of_step(stage.db) == []
    await stage.db.close()


async def grown(stage: Stage) -> Script:
    script = crowd(150)
    await stage.play(script.events[:-20], 50)
    assert await stage.db.fetchval("SELECT count(*) FROM leaf") >= 4
    return script


@pytest.mark.parametrize(
    "change",
    [
        'UPDATE balance SET "all" = "all" + 1 WHERE member = (SELECT min(member) FROM balance)',
        "UPDATE board SET members = members + 1 WHERE period = 3",
        "UPDATE board SET key = key - 1 WHERE period = 0",
        "TRUNCATE board, branch, leaf",
    ],
)
async def test_boards_out_of_step_are_made_anew_after_a_restart(stage: Stage, change: str) -> None:
    with patch.object(store, "FEW", 100), patch.multiple(tree, **SMALL):
        script = await grown(stage)
        await stage.db.execute(change)
        stage.forget()
        await stage.play(script.events[-20:], 5)
        assert await out_of_step(stage.db) == []
        expected = await counted(stage, "all")
        assert await asked(stage, script.log_time, limit=200) == expected


async def test_without_tables_of_boards_the_balances_are_read(stage: Stage) -> None:
    with patch.object(store, "FEW", 100):
        script = await grown(stage)
        await stage.db.execute("TRUNCATE board, branch, leaf")
        expected = await counted(stage, "week")
        assert await asked(stage, script.log_time, period="week", limit=200) == expected


async def test_an_account_has_tables_once_its_members_are_many(stage: Stage) -> None:
    with patch.object(store, "FEW", 20):
        script = crowd(30)
        seen = set()
        for event in script.events:
            await stage.play([event])
            rows = await stage.db.fetchval("SELECT count(*) FROM board")
            seen.add((await stage.db.fetchval("SELECT count(*) FROM balance") > 20, rows))
            assert await out_of_step(stage.db) == []
    # They are made by the first write after that.
    assert seen == {(False, 0), (True, 0), (True, 4)}
