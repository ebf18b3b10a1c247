"""What guards cut at once: paying oneself, one pair over and over, too soon, too much."""

from typing import Any

from services.kit.runtime import clock
from tests.incentives.play import START, Script, Stage

LIKED = {
    "name": "liked",
    "on": "reaction.added",
    "author": {"points": 2, "growth": 1},
    "doer": {"points": 1},
}
REPLIED = {
    "name": "replied",
    "on": "reply.created",
    "doer": {"points": 5},
    "author": {"points": 1},
}


def policy(**guards: Any) -> dict[str, Any]:
    return {"name": "test", "points": [LIKED, REPLIED], "guards": guards}


def liked(script: Script, *who: str, at: int | None = None, post: str = "p") -> None:
    for each in who:
        script.act("reaction.added", each, target=post, kind="like", at=at)


async def test_acting_on_ones_own_post_pays_nothing_and_a_reply_pays_as_a_reply(
    stage: Stage,
) -> None:
    script = Script(policy(self_reward="never"))
    script.act("post.created", "ann", post="p")
    liked(script, "ann")
    script.act("reply.created", "ann", post="r", in_reply_to="p")
    liked(script, "bob")
    await stage.play(script.events)
    assert await stage.entries("ann") == [
        ("liked", 1, 0, "guard:self-reward"),
        ("liked", 2, 0, "guard:self-reward"),
        ("liked", 1, 0, "guard:self-reward"),
        ("replied", 1, 0, "guard:self-reward"),
        ("replied", 5, 5, None),
        ("liked", 2, 2, None),
        ("liked", 1, 1, None),
    ]
    assert await stage.balance("bob") == 1


async def test_what_the_staff_does_to_a_members_post_is_no_self_reward(stage: Stage) -> None:
    featured = {"name": "featured", "on": "post.featured", "author": {"points": 50}}
    script = Script({"name": "t", "points": [featured], "guards": {"self_reward": "never"}})
    script.act("post.created", "ann", post="p")
    script.act("post.featured", "ann", post="p")
    await stage.play(script.events)
    assert await stage.balance("ann") == 50


async def test_a_pair_pays_so_often_in_a_local_day(stage: Stage) -> None:
    script = Script(policy(pair_per_day=2), time_zone="Asia/Shanghai")
    script.act("post.created", "ann", post="p")
    late = clock.parse_rfc3339("2026-03-02T23:50:00+08:00")
    for at in (late, late + 1, late + 2, late + clock.HOUR, late + 3):
        liked(script, "bob", at=at)
    liked(script, "cy", at=late + 4)
    liked(script, None, at=late + 5)  # type: ignore[arg-type]  # the platform hides who
    await stage.play(script.events)
    limits = [entry[3] for entry in await stage.entries("ann") if entry[1] == 2]
    cut = "guard:pair-per-day"
    assert limits == [None, None, cut, None, cut, None, None]
    # What the member gets for liking is no gift of a pair.
    assert await stage.balance("bob") == 5


async def test_a_rule_cools_down_by_event_time(stage: Stage) -> None:
    script = Script(policy(cool_down={"minutes": 10, "rules": ["liked"]}))
    script.act("post.created", "ann", post="p")
    for minute in (0, 9, 10, 30, 25):
        liked(script, "bob", at=START + minute * clock.MINUTE)
    script.act("reply.created", "bob", post="r", in_reply_to="p", at=START + 31 * clock.MINUTE)
    liked(script, "cy", at=START)
    await stage.play(script.events)
    limits = [entry[3] for entry in await stage.entries("bob")]
    cut = "guard:cool-down"
    assert limits == [None, cut, None, None, cut, None]
    assert await stage.balance("ann") == 2 * 4 + 1


async def test_a_burst_pays_no_more_until_it_is_over(stage: Stage) -> None:
    script = Script(policy(burst={"most": 2, "minutes": 10}, exempt=["replied"]))
    script.act("post.created", "ann", post="p")
    for minute in (0, 1, 2, 11):
        liked(script, "bob", at=START + minute * clock.MINUTE)
    script.act("reply.created", "bob", post="r", in_reply_to="p", at=START + clock.MINUTE)
    await stage.play(script.events)
    limits = [entry[3] for entry in await stage.entries("bob")]
    assert limits == [None, None, "guard:burst", None, None]


async def test_losses_and_what_is_given_once_are_let_through(stage: Stage) -> None:
    rules = [
        {"name": "first", "on": "reaction.added", "author": {"points": 9}, "once": True},
        {"name": "down", "on": "reaction.added", "author": {"points": -1}},
    ]
    script = Script({"name": "t", "points": rules, "guards": {"pair_per_day": 1}})
    script.act("post.created", "ann", post="p")
    liked(script, "bob", "bob", "bob")
    await stage.play(script.events)
    assert await stage.balance("ann") == 6


async def test_room_under_a_cap_is_not_for_what_a_guard_cut(stage: Stage) -> None:
    caps = [{"name": "day", "per": "day", "most": 3, "refill": True, "rules": ["liked"]}]
    rules = [{"name": "liked", "on": "reaction.added", "author": {"points": 2}}]
    script = Script({"name": "t", "points": rules, "caps": caps, "guards": {"pair_per_day": 1}})
    script.act("post.created", "ann", post="p")
    liked(script, "bob", "bob", "cy")
    script.act("reaction.removed", "cy", target="p", kind="like")
    await stage.play(script.events)
    assert await stage.balance("ann") == 2
