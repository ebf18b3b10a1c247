"""The growth report: a month of a member from its ledger, in the community's own days."""

from datetime import date
from typing import Any

from services.incentives.reports.view import GrowthReport, growth
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock
from tests.incentives.play import COMMUNITY, Script, Stage, token

MARCH = clock.parse_rfc3339("2026-03-01T00:00:00+08:00")
APRIL = clock.parse_rfc3339("2026-04-01T00:00:00+08:00")
LATER = APRIL + 40 * clock.DAY
POLICY: dict[str, Any] = {
    "name": "test",
    "points": [
        {"name": "posted", "title": "Wrote", "on": "post.created", "doer": {"points": 5}},
        {"name": "liked", "on": "reaction.added", "author": {"points": 2, "growth": 1}},
    ],
    "ladders": {"main": {"levels": [{"name": "青铜"}, {"name": "白银", "at_least": 2}]}},
    "badges": {"writer": {"kind": "count", "action": "post.created", "at_least": 2}},
}


def month(first: str) -> int:
    return clock.day_number(date.fromisoformat(first))


async def report(stage: Stage, first: str = "2026-03-01", past: Past = NOW) -> GrowthReport:
    found = await growth(stage.db, COMMUNITY, token("ann"), month(first), LATER, past)
    assert found is not None
    return found


def two_months() -> Script:
    script = Script(POLICY, time_zone="Asia/Shanghai")
    script.act("post.created", "ann", post="p0", at=MARCH - clock.MINUTE)  # still February
    script.act("post.created", "ann", post="p1", at=MARCH)
    script.act("reaction.added", "bob", target="p1", at=MARCH + clock.DAY)
    script.act("reaction.added", "cy", target="p1", at=MARCH + clock.DAY)
    script.act("reaction.removed", "cy", target="p1", at=APRIL - clock.MINUTE)
    script.act("post.created", "ann", post="p2", at=APRIL)
    return script


async def test_what_a_month_brought(stage: Stage) -> None:
    await stage.play(two_months().events)
    march = await report(stage)
    points, growth_ = march.accounts
    assert (points.account, points.began, points.ended, points.before) == ("points", 5, 12, 5)
    assert (points.gained, points.lost) == (7, 0)
    assert [(each.rule, each.title, each.granted, each.times) for each in points.by_rule] == [
        ("posted", "Wrote", 5, 1),
        ("liked", "", 2, 2),
    ]
    assert (growth_.began, growth_.ended) == (0, 1)
    assert (march.active_days, march.active_days_before, march.closed) == (1, 1, True)
    assert [(each.from_, each.to) for each in march.levels] == [("青铜", "白银")]
    assert [badge.badge for badge in march.badges] == ["writer"]
    assert (march.from_, march.to) == ("2026-02-28T16:00:00Z", "2026-03-31T16:00:00Z")


async def test_a_month_without_anything_and_one_of_a_past(stage: Stage) -> None:
    script = two_months()
    await stage.play(script.events)
    may = await report(stage, "2026-05-01")
    assert ([each.ended for each in may.accounts], may.levels, may.badges) == ([17, 1], [], [])
    assert not may.closed
    then = await report(stage, past=Past(at=MARCH + clock.HOUR))
    assert then.accounts[0].ended == 10
    assert (then.active_days, then.closed) == (1, False)
    first = script.events[3]
    known = await report(stage, past=Past(position=first.offset, seen=first.log_time))
    assert (known.accounts[0].ended, known.active_days) == (10, None)


async def test_nobody_has_a_report_of_a_stranger(stage: Stage) -> None:
    await stage.play(two_months().events)
    assert await growth(stage.db, COMMUNITY, token("eve"), month("2026-03-01"), LATER) is None
