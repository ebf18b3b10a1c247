"""Stars from action to view: closing by log time, ties, what counts, corrections, restarts."""

from typing import Any

import pytest

from services.incentives.members.view import member
from services.incentives.stars.periods import named
from services.incentives.stars.view import StarOf, page
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock
from tests.incentives.play import COMMUNITY, START, Script, Stage, token

# START is Monday 2026-03-02, 00:00 UTC.
END = clock.parse_rfc3339("2026-04-01T00:00:00Z")
CLOSED = END + clock.DAY
POINTS = [
    {"name": "read", "on": "member.checked_in", "doer": {"points": 10}},
    {"name": "post", "on": "post.created", "doer": {"points": 10}},
    {"name": "liked", "on": "reaction.added", "when": {"self": False}, "author": {"points": 3}},
]


def policy(more: dict[str, Any] | None = None, **star: Any) -> dict[str, Any]:
    found = {"title": {"zh": "阅读之星"}, "board": "points", **star}
    return {"name": "test", "points": POINTS, "stars": {"reader": found}, **(more or {})}


def reach(script: Script, at: int) -> None:
    """Let the next record have this log time."""
    script.wait(at - script.log_time - clock.MINUTE)


def tick(script: Script) -> None:
    script.act("time.passed", community=0)


async def seen(stage: Stage, past: Past = NOW, **asked: Any) -> list[StarOf]:
    return (await page(stage.db, COMMUNITY, None, 50, past, **asked)).rows


def told(rows: list[StarOf]) -> list[tuple[int, int, int]]:
    return [(row.member, row.rank, row.score) for row in rows]


def month(script: Script) -> None:
    """Ann reads twice, bob once and cy not at all."""
    for who in ("ann", "bob", "ann"):
        script.act("member.checked_in", who)
    script.act("post.viewed", "cy", post="p", count=1)


async def test_a_month_closes_a_day_after_its_end(stage: Stage) -> None:
    script = Script(policy())
    month(script)
    reach(script, CLOSED - 1)
    tick(script)
    await stage.play(script.events)
    assert await seen(stage) == []
    assert stage.fold is not None
    assert stage.fold.next_due == CLOSED
    tick(script)
    await stage.play(script.events[-1:])
    rows = await seen(stage)
    assert told(rows) == [(token("ann"), 1, 20)]
    assert (rows[0].star, rows[0].period, rows[0].title) == (
        "reader",
        "2026-03",
        {"zh": "阅读之星"},
    )
    assert (rows[0].from_, rows[0].to) == ("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z")
    assert rows[0].at == clock.rfc3339(CLOSED)
    fact = stage.facts[-1]
    assert (fact.type, fact.at, fact.data) == (
        "star.awarded",
        CLOSED,
        {"member": token("ann"), "star": "reader", "period": "2026-03", "rank": 1, "score": 20},
    )
    shown = await member(stage.db, COMMUNITY, token("ann"), CLOSED)
    assert shown is not None
    assert [(star.star, star.period, star.score) for star in shown.stars] == [
        ("reader", "2026-03", 20)
    ]
    for table in ("star_open", "star_aside"):
        assert await stage.db.fetchval(f"SELECT count(*) FROM {table} WHERE first < 20544") == 0


async def test_as_of_and_known_at(stage: Stage) -> None:
    script = Script(policy())
    month(script)
    reach(script, CLOSED)
    tick(script)
    place = script.events[-1].offset
    tick(script)
    await stage.play(script.events)
    assert await seen(stage, Past(at=CLOSED - 1)) == []
    assert len(await seen(stage, Past(at=CLOSED))) == 1
    assert await seen(stage, Past(position=place - 1)) == []
    assert len(await seen(stage, Past(position=place))) == 1
    assert (await seen(stage))[0].position == place


async def test_late_actions_count_until_it_closes_and_correct_afterwards(stage: Stage) -> None:
    script = Script(policy())
    month(script)
    script.act("post.created", "bob", post="b")
    reach(script, END + clock.HOUR)
    for who in ("ann", "bob"):  # they go on to the next month
        script.act("member.checked_in", who)
    script.act("member.checked_in", "bob", at=END - clock.HOUR)
    reach(script, CLOSED)
    tick(script)
    await stage.play(script.events)
    assert told(await seen(stage)) == [(token("bob"), 1, 30)]
    late = script.act("member.checked_in", "bob", at=END - clock.HOUR)
    script.act("post.removed", "mod", post="b")
    script.act("member.checked_in", "ann", at=END - clock.HOUR)
    await stage.play(script.events[late.offset :])
    rows = await seen(stage)
    assert told(rows) == [(token("bob"), 1, 30)]
    assert rows[0].corrected == 10 - 10
    assert (await seen(stage, Past(position=late.offset)))[0].corrected == 10
    facts = [fact.data for fact in stage.facts if fact.type == "star.corrected"]
    assert [(each["member"], each["change"]) for each in facts] == [
        (token("bob"), 10),
        (token("bob"), -10),
    ]


async def test_what_is_taken_back_before_it_closes_does_not_count(stage: Stage) -> None:
    script = Script(policy())
    month(script)
    for n in range(3):
        script.act("post.created", "bob", post=f"b{n}")
    reach(script, END + clock.HOUR)
    for n in range(3):
        script.act("post.removed", "mod", post=f"b{n}")
    reach(script, CLOSED)
    tick(script)
    await stage.play(script.events)
    assert told(await seen(stage)) == [(token("ann"), 1, 20)]


async def test_equals_share_or_the_earliest_is_taken(stage: Stage) -> None:
    for ties, wanted in (
        ("share", [("ann", 1), ("bob", 1)]),
        ("earliest", [("bob", 1)]),
    ):
        await stage.db.execute("DROP SCHEMA IF EXISTS incentives_1 CASCADE")
        script = Script(policy(ties=ties))
        for who in ("ann", "bob", "bob", "ann"):
            script.act("member.checked_in", who)
        reach(script, CLOSED)
        tick(script)
        stage.forget()
        await stage.play(script.events)
        found = {(row.member, row.rank) for row in await seen(stage)}
        assert found == {(token(who), rank) for who, rank in wanted}


@pytest.mark.parametrize(("first", "last"), [("ann", "bob"), ("bob", "ann")])
async def test_what_decays_later_does_not_make_a_score_younger(
    stage: Stage, first: str, last: str
) -> None:
    fading = {"accounts": {"points": {"decays": {"share": 0.5}}}}
    script = Script(policy(fading, ties="earliest"))
    for who in (last, first, first, last):
        script.act("member.checked_in", who)
    for day in (3, 5):
        reach(script, START + day * clock.DAY)
        tick(script)
    reach(script, CLOSED)
    tick(script)
    await stage.play(script.events)
    assert told(await seen(stage)) == [(token(first), 1, 20)]


async def test_a_rank_that_too_many_share_is_no_distinction(stage: Stage) -> None:
    script = Script(policy(top=3))
    for n in range(101):
        script.act("member.checked_in", f"m{n}")
    script.act("member.checked_in", "m7")
    reach(script, CLOSED)
    tick(script)
    await stage.play(script.events)
    assert told(await seen(stage)) == [(token("m7"), 1, 20)]


async def test_staff_are_left_out_and_so_is_who_has_too_little(stage: Stage) -> None:
    script = Script(policy(top=3, at_least=20))
    script.act("role.appointed", "ann", role="staff")
    script.act("role.appointed", "dan", role="staff")
    script.act("role.ended", "dan", role="staff")
    for who in ("ann", "ann", "bob", "dan", "dan"):
        script.act("member.checked_in", who)
    reach(script, CLOSED)
    tick(script)
    await stage.play(script.events)
    assert told(await seen(stage)) == [(token("dan"), 1, 20)]


async def test_a_star_brings_a_badge_and_a_reward_each_time(stage: Stage) -> None:
    more = {
        "badges": {"shining": {"kind": "granted", "grants": ["pen"]}},
        "rewards": {"pen": {}, "book": {}},
    }
    script = Script(policy(more, per="week", badge="shining", grants=["book"]))
    for week in range(2):
        reach(script, START + week * 7 * clock.DAY + 30 * clock.HOUR)
        script.act("member.checked_in", "ann")
    reach(script, START + 16 * clock.DAY)
    tick(script)
    await stage.play(script.events)
    assert [row.period for row in await seen(stage)] == ["2026-W11", "2026-W10"]
    assert len(await seen(stage, period=named("2026-W10"))) == 1
    shown = await member(stage.db, COMMUNITY, token("ann"), CLOSED)
    assert shown is not None
    assert [(badge.badge, badge.times) for badge in shown.badges] == [("shining", 1)]
    given = [fact.data["reward"] for fact in stage.facts if fact.type == "reward.granted"]
    assert sorted(given) == ["book", "book", "pen", "pen"]


async def test_the_zone_and_the_policy_of_the_end_decide(stage: Stage) -> None:
    """In Shanghai the month ends eight hours before that of UTC; a later policy changes nothing."""
    script = Script(policy(), time_zone="Asia/Shanghai")
    month(script)
    begins = END - 8 * clock.HOUR
    reach(script, begins)
    script.act("policy.published", document={**policy(), "stars": {}})
    script.act("member.checked_in", "bob")
    script.act("member.checked_in", "bob")
    reach(script, begins + clock.DAY)
    tick(script)
    await stage.play(script.events)
    assert told(await seen(stage)) == [(token("ann"), 1, 20)]
    reach(script, begins + 40 * clock.DAY)
    tick(script)
    await stage.play(script.events[-1:])
    assert len(await seen(stage)) == 1


async def test_what_was_before_the_first_action_makes_no_star(stage: Stage) -> None:
    script = Script(policy())
    for day in range(60, 100):
        script.act("member.checked_in", "ann", at=START - day * clock.DAY)
    reach(script, CLOSED)
    tick(script)
    await stage.play(script.events)
    assert await seen(stage) == []


async def test_years_in_one_batch_close_as_one_by_one(stage: Stage) -> None:
    script = Script(policy(per="week"))
    for n in range(40):
        script.wait((n * 7 % 11) * clock.DAY)
        late = script.log_time - (n % 5) * clock.DAY if n % 3 == 0 else None
        script.act("member.checked_in", f"m{n * n % 7}", at=late)
        script.act("post.created", f"m{n % 3}", post=f"p{n}")
        script.act("reaction.added", f"m{n % 5}", target=f"p{n}", kind="like")
        if n % 4 == 0:
            script.act("post.removed", "mod", post=f"p{n // 2}")
    tables = []
    for size, restarts in ((5000, False), (1, False), (7, True)):
        await stage.db.execute("DROP SCHEMA IF EXISTS incentives_1 CASCADE")
        stage.forget()
        stage.facts.clear()
        for start in range(0, len(script.events), size):
            await stage.play(script.events[start : start + size], size)
            if restarts:
                stage.forget()
        tables.append((await stage.hashes(), list(stage.facts)))
    assert tables[0] == tables[1]
    assert tables[0] == tables[2]
    assert len(await seen(stage)) > 15
    await _agree_with_the_ledger(stage)


async def _agree_with_the_ledger(stage: Stage) -> None:
    """Each star is who had the most in the ledger by the time its week was closed."""
    for row in await stage.db.fetch("SELECT * FROM star WHERE star.rank = 1 ORDER BY at"):
        best = await stage.db.fetch(
            'SELECT e.member, sum(e.granted) FROM ledger e LEFT JOIN ledger o'
            ' ON o."offset" = e.about_offset AND o.n = e.about_n'
            ' WHERE e."offset" < $1 AND (e.at >= $2 AND e.at < $3'
            " OR o.at >= $2 AND o.at < $3) GROUP BY 1 ORDER BY 2 DESC",
            row["offset"], row["begins"], row["ends"],
        )  # fmt: skip
        assert (row["member"] in [m for m, s in best if s == best[0][1]], row["score"]) == (
            True,
            best[0][1],
        )
