"""The timers of days: several for a community, in order, moved where a zone changes."""

from services.incentives.levels.passing import Passing
from services.kit.projection.definition import NEVER
from services.kit.runtime import clock
from tests.incentives.play import START, Script, Stage

POLICY = {
    "accounts": {"points": {"expires": {"after_days": 2}}, "growth": {}},
    "points": [{"name": "post", "on": "post.created", "doer": {"points": 10}}],
}


def test_days_are_taken_in_the_order_of_their_starts() -> None:
    timers = Passing()
    for key, day, start in ((1, 9, 90), (2, 5, 51), (1, 5, 50), (1, 5, 50)):
        timers.expect(key, day, start)
    assert (timers.next_due, timers.due(50), timers.due(49)) == (50, [1], [])
    assert [timers.take() for _ in range(3)] == [(50, 1, 5), (51, 2, 5), (90, 1, 9)]
    assert (timers.next_due, timers.days) == (NEVER, {})


def test_what_was_dropped_is_expected_anew_at_other_starts() -> None:
    timers = Passing()
    timers.expect(1, 5, 50)
    timers.expect(1, 9, 90)
    days = timers.drop(1)
    assert (sorted(days), timers.next_due) == ([5, 9], NEVER)
    for day in days:
        timers.expect(1, day, 10 * day + 7)
    assert [timers.take() for _ in range(2)] == [(57, 1, 5), (97, 1, 9)]


async def test_a_lot_goes_with_a_day_of_the_zone_that_then_holds(stage: Stage) -> None:
    """In UTC the 4th begins eight hours later than in Shanghai."""
    script = Script(POLICY, time_zone="UTC")
    script.act("post.created", "ann", post="p", at=START)
    script.act("community.changed", time_zone="Asia/Shanghai")
    begins = clock.parse_rfc3339("2026-03-04T00:00:00+08:00")
    script.wait(begins - script.log_time - 2 * clock.MINUTE)
    script.act("time.passed", community=0)
    await stage.play(script.events)
    assert await stage.balance("ann") == 10
    script.act("time.passed", community=0)
    await stage.play(script.events[-1:])
    assert await stage.balance("ann") == 0


async def test_a_restart_knows_every_day_to_come(stage: Stage) -> None:
    script = Script(POLICY)
    for day in (0, 1):
        script.act("post.created", "ann", post=f"p{day}", at=START + day * clock.DAY)
    await stage.play(script.events)
    stage.forget()
    script.wait(9 * clock.DAY)
    script.act("time.passed", community=0)
    await stage.play(script.events[-1:])
    expired = await stage.db.fetch("SELECT at FROM ledger WHERE why = 7 ORDER BY at")
    assert [row["at"] for row in expired] == [START + day * clock.DAY for day in (2, 3)]
