"""Numbers that fall by themselves: a share of what is there as a day, a week or a month begins."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.incentives.points.accounts import Decays
from services.incentives.points.original import Why
from services.kit.runtime import clock
from tests.incentives.play import START, Script, Stage, token


def policy(**decays: Any) -> dict[str, Any]:
    """A post gives 100 of a number that decays."""
    return {
        "accounts": {"points": {}, "growth": {}, "学习力": {"spendable": False, "decays": decays}},
        "points": [{"name": "post", "on": "post.created", "doer": {"学习力": 100}}],
    }


def until(script: Script, day: int) -> Script:
    """Let log time come to a day of the script, which begins at midnight in UTC."""
    script.log_time = START + day * clock.DAY
    script.act("time.passed", community=0)
    return script


async def entries(stage: Stage) -> list[tuple[int, int, int]]:
    """Of what went: the day of the script, how much, and what was left."""
    rows = await stage.db.fetch(
        "SELECT at, granted, balance FROM ledger WHERE why = $1 AND member = $2 ORDER BY at",
        Why.DECAYED,
        token("ann"),
    )
    return [((row["at"] - START) // clock.DAY, row["granted"], row["balance"]) for row in rows]


async def test_a_share_goes_as_each_day_begins(stage: Stage) -> None:
    script = Script(policy(share=0.1))
    script.act("post.created", "ann", post="p")
    await stage.play(until(script, 3).events)
    assert await entries(stage) == [(1, -10, 90), (2, -9, 81), (3, -9, 72)]
    assert await stage.balance("ann", "学习力") == 72
    told = [fact for fact in stage.facts if fact.type == "points.decayed"]
    assert [fact.data["amount"] for fact in told] == [10, 9, 9]
    assert len({fact.id for fact in told}) == 3


async def test_it_comes_to_nothing_and_then_no_day_is_waited_for(stage: Stage) -> None:
    script = Script(policy(share=0.5))
    script.act("post.created", "ann", post="p")
    await stage.play(until(script, 30).events)
    assert [left for _, _, left in await entries(stage)] == [50, 25, 12, 6, 3, 1, 0]
    waits = "SELECT count(*) FROM member WHERE check_day IS NOT NULL"
    assert await stage.db.fetchval(waits) == 0


async def test_a_week_later_once_and_what_comes_meanwhile_falls_with_it(stage: Stage) -> None:
    script = Script(policy(share=0.1, every="week"))  # It begins on a Monday.
    script.act("post.created", "ann", post="p")
    until(script, 3).act("post.created", "ann", post="q")
    await stage.play(until(script, 8).events)
    assert await entries(stage) == [(7, -20, 180)]


async def test_each_account_has_days_of_its_own(stage: Stage) -> None:
    both = policy(share=0.1)
    both["accounts"]["科研值"] = {"decays": {"share": 0.1, "every": "week"}}
    both["points"].append({"name": "too", "on": "post.created", "doer": {"科研值": 50}})
    script = Script(both)
    script.act("post.created", "ann", post="p")
    await stage.play(until(script, 6).events)
    assert await stage.balance("ann", "科研值") == 50
    await stage.play(until(script, 7).events[-1:])
    assert await stage.balance("ann", "科研值") == 45


async def test_what_is_late_begins_to_fall_with_the_next_day(stage: Stage) -> None:
    script = until(Script(policy(share=0.1)), 5)
    script.act("post.created", "ann", post="p", at=START + clock.DAY)
    await stage.play(until(script, 6).events)
    assert await entries(stage) == [(6, -10, 90)]


async def test_restarts_leave_no_trace(stage: Stage) -> None:
    script = Script(policy(share=0.1))
    script.act("post.created", "ann", post="p")
    for day in range(1, 5):
        until(script, day)
    for event in script.events:
        await stage.play([event])
        stage.forget()
    assert [day for day, _, _ in await entries(stage)] == [1, 2, 3, 4]


async def test_a_day_that_begins_twice_takes_once(stage: Stage) -> None:
    """The zone moves west at a midnight: the day has begun, and begins again hours later."""
    script = Script(policy(share=0.1), time_zone="Asia/Shanghai")
    script.act("post.created", "ann", post="p")
    script.log_time = clock.parse_rfc3339("2026-03-03T00:30:00+08:00")
    script.act("time.passed", community=0)
    script.act("community.changed", time_zone="America/New_York")
    script.act("post.created", "bob", post="q")
    script.log_time = clock.parse_rfc3339("2026-03-05T00:30:00-05:00")
    script.act("time.passed", community=0)
    await stage.play(script.events)
    taken = [amount for _, amount, _ in await entries(stage)]
    assert taken == [-10, -9, -9]  # the 3rd, the 4th and the 5th


@given(st.integers(1, 10**12), st.floats(0.000001, 1, allow_nan=False))
def test_something_goes_and_never_more_than_there_is(there: int, share: float) -> None:
    assert 0 < Decays(share=share).loss(there) <= there
