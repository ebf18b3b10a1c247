"""What holds of the fold whatever the log: sums, floors, caps, and no trace of batches."""

from collections import Counter

import asyncpg
from hypothesis import HealthCheck, given, settings

from services.incentives.points.lots import lots_of, owed
from services.incentives.points.original import OF_BALANCE, Why
from services.incentives.state import Member
from services.kit.runtime import clock
from tests.incentives.play import Script, Stage
from tests.incentives.scripts import scripts
from tests.support.depth import examples

SOME = settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


async def staged(dsn: str, script: Script, size: int, *, restarts: bool = False) -> Stage:
    """A fresh generation with a script folded in."""
    db = await asyncpg.connect(dsn)
    await db.execute("DROP SCHEMA IF EXISTS incentives_9 CASCADE")
    stage = Stage(db, "incentives_9")
    await stage.set_up()
    if restarts:
        for start in range(0, len(script.events), size):
            stage.forget()
            await stage.play(script.events[start : start + size], size)
    else:
        await stage.play(script.events, size)
    return stage


@SOME
@given(scripts())
async def test_batches_leave_no_trace(database: str, script: Script) -> None:
    seen = []
    for size, restarts in ((5000, False), (1, False), (7, False), (3, True)):
        stage = await staged(database, script, size, restarts=restarts)
        seen.append((await stage.hashes(), stage.facts, stage.dead))
        await stage.db.close()
    assert seen[0] == seen[1]
    assert seen[0] == seen[2]
    assert seen[0] == seen[3]


@SOME
@given(scripts())
async def test_balances_are_what_the_ledger_says(database: str, script: Script) -> None:
    stage = await staged(database, script, 5000)
    wrong = await stage.db.fetch(
        'SELECT b.member, b.account, "all", sum(granted) FROM balance b'
        " JOIN ledger USING (community, account, member) GROUP BY 1, 2, 3"
        ' HAVING "all" <> sum(granted)'
    )
    running = await stage.db.fetch(
        "SELECT * FROM (SELECT balance, sum(granted) OVER (PARTITION BY account, member"
        ' ORDER BY "offset", n) AS sum FROM ledger) e WHERE balance <> sum'
    )
    names = "SELECT word FROM word WHERE name IN ('points', 'wit')"
    expiring = {row["word"] for row in await stage.db.fetch(names)}
    below = await stage.db.fetch('SELECT account, member, "all" FROM balance WHERE "all" < 0')
    rows = await stage.db.fetch(
        'SELECT member, state, "all", account FROM member JOIN balance USING (community, member)'
    )
    await stage.db.close()
    assert (wrong, running) == ([], [])
    owing, lots = {}, {}
    for row in rows:
        person = Member(row["member"], 0, 0)
        person.unpack(row["state"])
        place = (row["account"], row["member"])
        owing[place] = owed(person, row["account"])
        lots[place] = (sum(size for _, size in lots_of(person, row["account"])), row["all"])
    assert all(-row["all"] <= owing[row["account"], row["member"]] for row in below)
    # Points and wit always expire here, growth and energy never do.
    assert all(
        size == (max(0, all_) if account in expiring else 0)
        for (account, _), (size, all_) in lots.items()
    )


@SOME
@given(scripts())
async def test_caps_hold_and_an_undone_entry_is_worth_nothing(
    database: str, script: Script
) -> None:
    stage = await staged(database, script, 7)
    entries = await stage.db.fetch(
        'SELECT e.*, w.name FROM ledger e JOIN word w ON w.word = rule ORDER BY "offset", n'
    )
    await stage.db.close()
    nets: dict[tuple[int, int], int] = {}
    born: dict[tuple[int, int], asyncpg.Record] = {}
    back: Counter[tuple[int, int]] = Counter()
    for entry in entries:
        place = (entry["offset"], entry["n"])
        if entry["why"] in OF_BALANCE:
            continue
        if entry["why"] == 0:
            born[place] = entry
        else:
            place = (entry["about_offset"], entry["about_n"])
        nets[place] = nets.get(place, 0) + entry["granted"]
        if entry["why"] == Why.REINSTATED:
            back[entry["member"], entry["at"] // clock.DAY] += entry["granted"]
        asked = born[place]["asked"]
        assert min(asked, 0) <= nets[place] <= max(asked, 0)
        if entry["why"] == 1 and entry["limited_by"] is None:
            assert nets[place] == 0
    used: dict[tuple[int, int], int] = {}
    for place, entry in born.items():
        capped = entry["name"] in ("post", "liked", "disliked", "weekend")
        if entry["account"] == 1 and capped:
            day = (entry["member"], entry["at"] // clock.DAY)
            used[day] = used.get(day, 0) + nets[place]
    # What an order's undoing gives is given whatever has filled its room since.
    assert all(value <= 12 + back[day] for day, value in used.items())
