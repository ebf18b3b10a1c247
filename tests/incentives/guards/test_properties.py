"""Busy logs, so that every guard has something to do: no trace of batches, nothing forgotten."""

from random import Random

import pytest

from services.kit.runtime import clock
from tests.incentives.everything import POLICY
from tests.incentives.play import START, Script, Stage
from tests.incentives.scripts import MEMBERS, POSTS
from tests.incentives.test_properties import staged

OWN = {"name": "helped", "on": "answer.accepted", "author": {"points": 3}, "doer": {"points": 1}}
GUARDS = {
    **POLICY["guards"],
    "cool_down": {"minutes": 720, "rules": ["helped"]},
    "burst": {"most": 3, "minutes": 20},
}
BUSY = {**POLICY, "points": [*POLICY["points"], OWN], "guards": GUARDS}


def busy(seed: int, actions: int = 150) -> Script:
    """Four members who like, unlike, remove and restore four posts for some days."""
    rng, script = Random(seed), Script(BUSY)
    for member, post in zip(MEMBERS, POSTS, strict=True):
        script.act("post.created", member, post=post)
    for _ in range(actions):
        if rng.random() < 0.1:
            script.wait(rng.choice((clock.HOUR, 6 * clock.HOUR, clock.DAY)))
        late = rng.choice((0, 0, 0, clock.HOUR, clock.DAY))
        at = max(START, script.log_time - late) if late else None
        who, post = rng.choice([*MEMBERS, None]), rng.choice(POSTS)
        kind = rng.random()
        if kind < 0.6:
            script.act("reaction.added", who, target=post, kind="like", at=at)
        elif kind < 0.7:
            script.act("reaction.removed", who, target=post, kind="like", at=at)
        elif kind < 0.8:
            type_ = rng.choice(("post.removed", "post.restored"))
            script.act(type_, "ann", post=post, at=at)
        elif kind < 0.9:
            uid = (len(script.events) - rng.randrange(1, rng.choice((3, 40)))).to_bytes(
                16, "big", signed=True
            )
            entry = f"{uid.hex()}-{rng.randrange(2)}"
            script.act("pending.decided", None, entry=entry, passed=rng.random() < 0.5)
        else:
            script.act("answer.accepted", who, question="q", answer=post, at=at)
    return script


SEEDS = range(5)


@pytest.mark.parametrize("seed", SEEDS)
async def test_batches_leave_no_trace(database: str, seed: int) -> None:
    script, seen = busy(seed), []
    for size, restarts in ((5000, False), (1, False), (7, False), (3, True)):
        stage = await staged(database, script, size, restarts=restarts)
        seen.append((await stage.hashes(), stage.facts, stage.dead))
        await stage.db.close()
    assert seen[0][2] == []
    assert seen[1:] == seen[:1] * 3


@pytest.mark.parametrize("seed", SEEDS)
async def test_what_is_pending_is_what_the_ledger_holds_and_nobody_decided(
    database: str, seed: int
) -> None:
    script = busy(seed)
    stage = await staged(database, script, 7)
    pending = await stage.db.fetch(
        "SELECT about_offset, about_n, asked FROM (SELECT DISTINCT ON (about_offset, about_n) *"
        ' FROM held ORDER BY about_offset, about_n, "offset" DESC) h WHERE state IN (0, 3)'
        " ORDER BY 1, 2"
    )
    wanted = await stage.db.fetch(
        'SELECT e."offset", e.n, e.asked FROM ledger e JOIN word w ON w.word = e.limited_by'
        " WHERE w.name LIKE 'held:%' AND e.why = 0 AND coalesce((SELECT array_agg(why ORDER BY"
        ' l."offset", l.n) FROM ledger l WHERE l.about_offset = e."offset" AND l.about_n = e.n),'
        " ARRAY[3::int2]) <@ ARRAY[2::int2, 3::int2]"
        ' AND coalesce((SELECT why FROM ledger l WHERE l.about_offset = e."offset"'
        ' AND l.about_n = e.n ORDER BY l."offset" DESC, l.n DESC LIMIT 1), 3) = 3 ORDER BY 1, 2'
    )
    # What the last record brought may be due with the next, and nothing older is left.
    before = script.events[-2].log_time
    overdue = await stage.db.fetch("SELECT * FROM agenda WHERE due <= $1", before)
    wrong = await stage.db.fetch(
        'SELECT b.member, b.account, "all", sum(granted) FROM balance b'
        " JOIN ledger USING (community, account, member) GROUP BY 1, 2, 3"
        ' HAVING "all" <> sum(granted)'
    )
    running = await stage.db.fetch(
        "SELECT * FROM (SELECT balance, sum(granted) OVER (PARTITION BY account, member"
        ' ORDER BY "offset", n) AS sum FROM ledger) e WHERE balance <> sum'
    )
    await stage.db.close()
    assert [tuple(row) for row in pending] == [tuple(row) for row in wanted]
    assert (overdue, wrong, running) == ([], [], [])


async def test_every_guard_has_something_to_do_here(database: str) -> None:
    names: set[str] = set()
    states: set[int] = set()
    for seed in SEEDS:
        stage: Stage = await staged(database, busy(seed), 5000)
        found = await stage.db.fetch(
            "SELECT DISTINCT name FROM ledger JOIN word ON word = limited_by"
            " WHERE name ~ '^(guard|held):'"
        )
        names |= {row["name"] for row in found}
        states |= {row["state"] for row in await stage.db.fetch("SELECT state FROM held")}
        await stage.db.close()
    assert names == {
        "guard:self-reward", "guard:pair-per-day", "guard:cool-down", "guard:burst",
        "held:pair-share", "held:ring", "held:burst",
    }  # fmt: skip
    assert states == {0, 1, 2, 3, 9, 10}
