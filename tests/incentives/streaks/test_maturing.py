"""Given what a streak puts aside, when it goes on or breaks, it is paid or lost."""

from typing import Any

from services.incentives.members.view import member
from services.incentives.policy.commands import check
from services.incentives.streaks.view import StreakView
from services.kit.runtime import clock
from tests.incentives.play import COMMUNITY, START, Script, Stage, token

CASHBACK: dict[str, Any] = {
    "after": 3,
    "each": {"points": 10},
    "bonus": {"points": 20, "growth": 1},
}


def policy(maturing: dict[str, Any] | None = None, **streak: Any) -> dict[str, Any]:
    return {"streaks": {"cash": {"maturing": {**CASHBACK, **(maturing or {})}, **streak}}}


class Story(Script):
    """Ann checks in on days of the script; bob lets time pass."""

    def on(self, *days: int, who: str = "ann", hour: int = 0) -> "Story":
        for day in days:
            self.log_time = START + day * clock.DAY + hour * clock.HOUR
            self.act("member.checked_in" if who == "ann" else "post.viewed", who, post="p")
        return self


async def seen(stage: Stage, day: int) -> StreakView:
    found = await member(stage.db, COMMUNITY, token("ann"), START + day * clock.DAY)
    assert found is not None
    (streak,) = found.streaks
    return streak


def lost(stage: Stage) -> list[Any]:
    return [fact.data["lost"] for fact in stage.facts if fact.type == "streak.lost"]


async def test_it_is_paid_when_the_streak_is_long_enough_and_not_before(stage: Stage) -> None:
    story = Story(policy()).on(0, 1)
    await stage.play(story.events, 1)
    assert await stage.balance("ann") is None
    maturing = (await seen(stage, 1)).maturing
    assert maturing is not None
    assert (maturing.put_aside, maturing.left) == ({"points": 20}, 1)
    assert maturing.pays == {"points": 50, "growth": 1}
    story.on(2, 3, 4, 5)
    await stage.play(story.events[-4:], 1)
    assert await stage.entries("ann") == [
        ("maturing:cash", 50, 50, None),
        ("maturing:cash", 1, 1, None),
    ]
    assert (await seen(stage, 5)).maturing is None
    assert [fact.type for fact in stage.facts if "matured" in fact.type] == ["streak.matured"]


async def test_a_break_loses_it_and_says_so_once(stage: Stage) -> None:
    story = Story(policy()).on(0, 1).on(2, who="bob", hour=15)
    await stage.play(story.events)
    assert lost(stage) == []
    story.on(3, who="bob").on(4, who="bob").on(9, who="bob")
    await stage.play(story.events[-3:], 1)
    assert lost(stage) == [{"points": 20}]
    assert await stage.entries("ann") == [("maturing:cash", 20, 0, "lost:break")]
    assert (await seen(stage, 3)).maturing is not None
    story.on(10, 11, 12)
    await stage.play(story.events[-3:])
    assert await stage.balance("ann") == 50
    assert lost(stage) == [{"points": 20}]


async def test_who_begins_anew_at_once_has_lost_it_all_the_same(stage: Stage) -> None:
    story = Story(policy()).on(0, 1).on(3, 4).on(5, who="bob")  # within the hour after midnight
    await stage.play(story.events)
    assert lost(stage) == [{"points": 20}]


async def test_room_under_a_cap_does_not_bring_it_back(stage: Stage) -> None:
    liked = {"name": "liked", "on": "reaction.added", "author": {"points": 5}}
    cap = {"name": "a-day", "per": "day", "most": 5, "refill": True}
    story = Story({**policy(), "points": [liked], "caps": [cap]}).on(0, 1).on(3, who="bob", hour=2)
    story.act("post.created", "ann", post="p")
    story.act("reaction.added", "bob", target="p", kind="like")
    story.act("reaction.removed", "bob", target="p", kind="like")
    await stage.play(story.events, 1)
    assert lost(stage) == [{"points": 20}]
    assert await stage.balance("ann") == 0


async def test_a_day_made_up_loses_nothing(stage: Stage) -> None:
    story = Story(policy(make_up={"most": 1})).on(0, 1).on(3, who="bob").on(3)
    await stage.play(story.events, 1)
    assert lost(stage) == []
    assert await stage.balance("ann") == 50


async def test_again_pays_each_time_and_loses_what_is_begun(stage: Stage) -> None:
    story = Story(policy({"again": True})).on(*range(7)).on(9, who="bob")
    await stage.play(story.events, 2)
    assert await stage.balance("ann") == 100
    assert lost(stage) == [{"points": 10}]


async def test_what_comes_late_is_paid_and_no_break_is_told(stage: Stage) -> None:
    script = Script(policy())
    script.wait(100 * clock.DAY)
    for day in (0, 1, 3, 4, 5):
        script.act("member.checked_in", "ann", at=START + day * clock.DAY)
    script.act("member.checked_in", "bob")
    await stage.play(script.events, 1)
    assert await stage.balance("ann") == 50
    assert lost(stage) == []


def test_it_is_checked_and_promised_like_all_else() -> None:
    day = {"type": "member.checked_in", "member": "ann", "time": "2026-03-01T08:00:00Z"}
    test = {
        "name": "Three days bring all of it back",
        "given": [{**day, "times": 3, "daily": True}],
        "then": {"ann": {"points": 50, "growth": 1}},
    }
    assert check({**policy(), "tests": [test]}) == []
    (fault,) = check(policy({"each": {"pionts": 1}}))
    assert fault.pointer == "/streaks/cash/maturing/each/pionts"
    (fault,) = check(policy({"each": {"points": 0}}))
    assert fault.pointer == "/streaks/cash/maturing"
