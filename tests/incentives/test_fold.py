"""Given a log, when it is folded, then accounts, levels and badges are so."""

from typing import Any

import pytest

from services.kit.runtime import clock
from tests.incentives.everything import POLICY
from tests.incentives.play import Script, Stage, token


def policy(**sections: Any) -> dict[str, Any]:
    return {"accounts": {"points": {"floor": 0}, "growth": {}}, **sections}


LIKED = {"name": "liked", "on": "reaction.added", "author": {"points": 10}}
CAP = {"name": "a-day", "per": "day", "most": 15, "refill": True}


async def test_room_freed_under_a_cap_grants_what_it_had_cut(stage: Stage) -> None:
    script = Script(policy(points=[LIKED], caps=[CAP]))
    script.act("post.created", "ann", post="p1")
    for who in ("bob", "cy", "dan"):
        script.act("reaction.added", who, target="p1", kind="like")
    script.wait(2 * clock.DAY)
    script.act("reaction.removed", "bob", target="p1", kind="like")
    await stage.play(script.events)
    assert [entry[1:3] for entry in await stage.entries("ann")] == [
        (10, 10),
        (10, 5),
        (10, 0),
        (-10, -10),
        (5, 5),
        (10, 5),
    ]
    assert await stage.balance("ann") == 15


async def test_without_the_switch_what_was_cut_stays_cut(stage: Stage) -> None:
    script = Script(policy(points=[LIKED], caps=[{**CAP, "refill": False}]))
    script.act("post.created", "ann", post="p1")
    for who in ("bob", "cy"):
        script.act("reaction.added", who, target="p1", kind="like")
    script.act("reaction.removed", "bob", target="p1", kind="like")
    await stage.play(script.events)
    assert await stage.balance("ann") == 5


async def test_a_removed_post_takes_all_back_and_a_restored_one_gives_it_again(
    stage: Stage,
) -> None:
    rules = [LIKED, {"name": "post", "on": "post.created", "doer": {"points": 3}}]
    script = Script(policy(points=rules))
    script.act("post.created", "ann", post="p1")
    script.act("reaction.added", "bob", target="p1", kind="like")
    script.act("reaction.added", "cy", target="p1", kind="like")
    script.act("reaction.removed", "cy", target="p1", kind="like")
    script.act("post.removed", "ann", post="p1")
    await stage.play(script.events)
    assert await stage.balance("ann") == 0
    script.act("reaction.removed", "bob", target="p1", kind="like")
    script.act("reaction.added", "dan", target="p1", kind="like")
    script.act("post.restored", "ann", post="p1")
    await stage.play(script.events[-3:])
    # Of the two likes neither comes back: one had been taken back before, one since.
    assert await stage.balance("ann") == 3


async def test_a_floor_limits_a_loss_and_undoing_it_returns_only_that(stage: Stage) -> None:
    rule = {"name": "down", "on": "reaction.added", "author": {"points": -6}}
    script = Script(policy(points=[rule]))
    script.act("post.created", "ann", post="p1")
    script.act("points.adjusted", "ann", amount=4)
    script.act("reaction.added", "bob", target="p1", kind="dislike")
    script.act("reaction.removed", "bob", target="p1", kind="dislike")
    await stage.play(script.events)
    assert await stage.entries("ann") == [
        ("adjusted", 4, 4, None),
        ("down", -6, -4, "floor"),
        ("down", 4, 4, None),
    ]


async def test_a_cap_counts_in_the_events_own_local_day(stage: Stage) -> None:
    rule = {"name": "in", "on": "member.checked_in", "doer": {"points": 2}, "times": {"day": 1}}
    script = Script(policy(points=[rule]), time_zone="Asia/Shanghai")
    for at in ("2026-03-02T15:59:00Z", "2026-03-02T16:00:00Z", "2026-03-02T15:58:00Z"):
        script.act("member.checked_in", "ann", at=at)
    await stage.play(script.events)
    assert [entry[2:] for entry in await stage.entries("ann")] == [
        (2, None),
        (2, None),
        (0, "cap:day:points:in/day/times"),
    ]


async def test_a_first_time_bonus_is_given_once_and_stays(stage: Stage) -> None:
    rule = {"name": "first", "on": "post.created", "doer": {"points": 7}, "once": True}
    script = Script(policy(points=[rule]))
    script.act("post.created", "ann", post="p1")
    script.act("post.removed", "ann", post="p1")
    script.act("post.created", "ann", post="p2")
    await stage.play(script.events)
    assert await stage.balance("ann") == 7


async def test_the_author_is_known_by_who_wrote_it_and_hidden_actors_pay(stage: Stage) -> None:
    script = Script(policy(points=[LIKED]))
    script.act("post.created", "ann", post="p1")
    await stage.play(script.events)
    stage.forget()
    more = script.act("reaction.added", None, target="p1", kind="like")
    named = script.act("reaction.added", None, target="p9", kind="like", author_of_target="bob")
    await stage.play([more, named])
    assert (await stage.balance("ann"), await stage.balance("bob")) == (10, 10)


async def test_an_event_is_judged_by_the_policy_of_its_own_time(stage: Stage) -> None:
    later = {**LIKED, "author": {"points": 1}}
    script = Script(policy(points=[LIKED]))
    script.act("post.created", "ann", post="p1")
    before = script.act("reaction.added", "bob", target="p1", kind="like")
    script.act("policy.published", document=policy(points=[later]))
    script.act("reaction.added", "cy", target="p1", kind="like")
    script.act("reaction.added", "dan", target="p1", kind="like", at=before.time)
    await stage.play(script.events)
    assert [entry[2] for entry in await stage.entries("ann")] == [10, 1, 10]


async def test_a_level_is_lost_by_time_alone_where_it_is_a_rolling_one(stage: Stage) -> None:
    script = Script(POLICY)
    for number in range(4):
        script.act("post.created", "ann", post=f"p{number}")
        script.wait(clock.DAY // 2)
    assert len({event.time // clock.DAY for event in script.events[-4:]}) > 1
    script.wait(9 * clock.DAY)
    script.act("time.passed", community=0)
    await stage.play(script.events)
    rows = await stage.db.fetch(
        "SELECT rank, at FROM level_history JOIN word USING (community)"
        " WHERE word = ladder AND name = 'ladder:main' ORDER BY at"
    )
    assert [row["rank"] for row in rows][-2:] == [2, 1]
    assert rows[-1]["at"] % clock.DAY == 0
    changed = [f.data for f in stage.facts if f.type == "level.changed"]
    assert [each["to"] for each in changed if each["ladder"] == "main"][-1] == 2
    assert len({f.id for f in stage.facts}) == len(stage.facts)
    assert not any(str(token(name)) in f.id for f in stage.facts for name in ("ann", "bob"))


async def test_a_badge_is_a_fact_and_imported_history_is_silent(stage: Stage) -> None:
    script = Script(POLICY)
    for number in range(3):
        script.act("post.created", "ann", post=f"p{number}")
        script.act("post.created", "bob", post=f"q{number}", imported="i1")
    await stage.play(script.events)
    told = [(f.type, f.data["member"]) for f in stage.facts if f.type == "badge.awarded"]
    assert told == [("badge.awarded", token("ann"))]
    assert await stage.db.fetchval("SELECT count(*) FROM award") == 2


async def test_an_event_that_raises_leaves_no_trace(stage: Stage) -> None:
    script = Script(POLICY)
    script.act("post.created", "ann", post=["no", "text"])
    script.act("role.appointed", "ann", role="host", until="tomorrow")
    await stage.play(script.events)
    assert len(stage.dead) == 2
    assert await stage.db.fetchval("SELECT count(*) FROM member") == 0
    assert await stage.db.fetchval("SELECT count(*) FROM word") == 0


@pytest.mark.parametrize(
    ("paid_back", "left"), [({"amount": 500}, 5), ({}, 0), ({"amount": 10}, 10)]
)
async def test_a_refund_takes_its_share(stage: Stage, paid_back: Any, left: int) -> None:
    rule = {
        "name": "bought",
        "on": "order.paid",
        "doer": {"points": {"of": "data.amount", "every": 100}},
    }
    script = Script(policy(points=[rule]))
    script.act("order.paid", "ann", order="o1", amount=1000)
    script.act("order.refunded", "ann", order="o1", **paid_back)
    await stage.play(script.events)
    assert await stage.balance("ann") == left


async def test_nobody_earns_by_what_belongs_to_the_community(stage: Stage) -> None:
    script = Script(policy(points=[LIKED]))
    script.act("post.created", "ann", post="p1")
    script.act("post.community_owned", None, post="p1")
    script.act("reaction.added", "bob", target="p1", kind="like")
    await stage.play(script.events)
    assert await stage.entries("ann") == []
