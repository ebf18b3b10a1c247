"""Streaks from action to view: milestones, gaps, what is late, what is taken back."""

from typing import Any

import pytest

from services.incentives.members.view import member
from services.incentives.streaks.view import StreakView
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock
from tests.incentives.play import COMMUNITY, START, Script, Stage, token

DAY = clock.DAY


def policy(**streak: Any) -> dict[str, Any]:
    return {"name": "test", "streaks": {"daily": streak}}


SEVEN = {"milestones": [{"at": 3, "every": True, "gives": {"points": 5, "growth": 1}}]}


def checked_in(script: Script, *days: int, who: str = "ann") -> None:
    for day in days:
        script.act("member.checked_in", who, at=START + day * DAY)


async def seen(stage: Stage, day: int, who: str = "ann", past: Past = NOW) -> StreakView:
    found = await member(stage.db, COMMUNITY, token(who), START + day * DAY, past)
    assert found is not None
    (streak,) = found.streaks
    return streak


async def test_each_milestone_gives_once_in_a_streak(stage: Stage) -> None:
    script = Script(policy(**SEVEN))
    checked_in(script, 0, 1, 1, 2, 3, 4, 5, 6)
    await stage.play(script.events)
    rules = await stage.entries("ann")
    assert rules == [
        ("streak:daily/3", 5, 5, None),
        ("streak:daily/3", 1, 1, None),
        ("streak:daily/3", 5, 5, None),
        ("streak:daily/3", 1, 1, None),
    ]
    reached = [fact for fact in stage.facts if fact.type == "streak.reached"]
    assert [fact.data["length"] for fact in reached] == [3, 6]
    assert len({fact.id for fact in reached}) == 2
    streak = await seen(stage, 6)
    assert (streak.current, streak.longest, streak.total, streak.next) == (7, 7, 7, 9)


async def test_a_gap_begins_anew_and_pays_anew(stage: Stage) -> None:
    script = Script(policy(**SEVEN))
    checked_in(script, 0, 1, 2, 4, 5, 6)
    await stage.play(script.events)
    assert await stage.balance("ann") == 10
    streak = await seen(stage, 9)
    assert (streak.current, streak.longest, streak.last) == (0, 3, "2026-03-08")


async def test_a_late_day_joins_two_streaks_and_pays_what_is_missing(stage: Stage) -> None:
    script = Script(policy(**SEVEN))
    checked_in(script, 0, 1, 2, 4, 5, 6, 3)
    await stage.play(script.events)
    streak = await seen(stage, 6)
    assert (streak.current, streak.longest) == (7, 7)
    assert await stage.balance("ann") == 10  # two times three days, both paid already


async def test_what_was_true_of_a_past_day(stage: Stage) -> None:
    script = Script(policy(**SEVEN))
    checked_in(script, 0, 1, 2, 3)
    await stage.play(script.events)
    assert (await seen(stage, 30, past=Past(START + DAY))).current == 2
    assert (await seen(stage, 30)).current == 0


async def test_a_condition_and_several_types(stage: Stage) -> None:
    wanted = policy(on=["post.created", "member.checked_in"], when={"space": "tea"})
    script = Script(wanted)
    script.act("post.created", "ann", post="p", space="tea", at=START)
    script.act("member.checked_in", "ann", space="tea", at=START + DAY)
    script.act("member.checked_in", "ann", space="coffee", at=START + 2 * DAY)
    script.act("reaction.added", "ann", target="p", space="tea", at=START + 2 * DAY)
    script.act("post.created", None, post="q", space="tea", at=START + 2 * DAY)
    await stage.play(script.events)
    assert (await seen(stage, 2)).total == 2


async def test_weeks_and_a_week_that_is_made_up(stage: Stage) -> None:
    script = Script(policy(per="week", make_up={"most": 1}))
    checked_in(script, 0, 1, 8, 22)
    await stage.play(script.events)
    streak = await seen(stage, 22)
    assert (streak.per, streak.current, streak.total, streak.last) == ("week", 3, 3, "2026-03-23")


async def test_a_post_taken_back_takes_its_milestone_back_and_not_the_day(stage: Stage) -> None:
    script = Script(policy(on="post.created", milestones=[{"at": 2, "gives": {"points": 5}}]))
    script.act("post.created", "ann", post="p", at=START)
    script.act("post.created", "ann", post="q", at=START + DAY)
    script.act("post.removed", "ann", post="q", at=START + DAY)
    await stage.play(script.events)
    assert await stage.balance("ann") == 0
    assert (await seen(stage, 1)).current == 2


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
async def test_days_are_the_communitys(stage: Stage, zone: str) -> None:
    """Over the change of clocks of 8 March 2026, every 24 hours from half past eleven at night."""
    script = Script(policy(), time_zone=zone)
    begin = clock.parse_rfc3339("2026-03-06T23:30:00-05:00")
    for day in range(4):
        script.act("member.checked_in", "ann", at=begin + day * DAY)
    await stage.play(script.events)
    # In New York the third falls on half past midnight, so that the 8th stays without one.
    assert (await seen(stage, 8)).longest == (2 if zone == "America/New_York" else 4)


async def test_a_badge_for_a_length_is_kept_when_the_streak_ends(stage: Stage) -> None:
    badge = {"kind": "streak", "streak": "daily", "at_least": 3}
    script = Script({**policy(), "badges": {"steady": badge}})
    checked_in(script, 0, 1, 2, 9)
    checked_in(script, 0, 1, who="bob")
    await stage.play(script.events)
    ann = await member(stage.db, COMMUNITY, token("ann"), START + 9 * DAY)
    bob = await member(stage.db, COMMUNITY, token("bob"), START + 9 * DAY)
    assert ann is not None
    assert bob is not None
    assert [badge.badge for badge in ann.badges] == ["steady"]
    assert bob.badges == []
