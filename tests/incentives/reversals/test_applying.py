"""An order in the fold: what is taken back, what that leads to, and that undoing it is exact."""

from typing import Any

import pytest

from services.incentives.boards.view import Asked, board
from services.incentives.ledger.view import explanation, ledger
from services.incentives.members.view import MemberView, member
from services.kit.actions.event import Event
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock
from tests.incentives.play import COMMUNITY, START, Script, Stage, token

LATER = START + 90 * clock.DAY
POLICY: dict[str, Any] = {
    "name": "t",
    "accounts": {"points": {}, "growth": {}},
    "points": [
        {"name": "post", "on": "post.created", "doer": {"points": 5, "growth": 5}},
        {"name": "liked", "on": "reaction.added", "author": {"points": 2}},
        {"name": "first", "on": "post.created", "doer": {"points": 10}, "once": True},
        {"name": "bought", "on": "order.paid", "doer": {"points": {"of": "data.amount"}}},
    ],
    "caps": [{"name": "a-day", "per": "day", "most": 40, "rules": ["post", "liked"]}],
    "ladders": {
        "main": {"demotion": "rolling", "levels": [{"name": "a"}, {"name": "b", "at_least": 9}]}
    },
    "badges": {"writer": {"kind": "count", "action": "post.created", "at_least": 2}},
    "rewards": {"mug": {"cost": {"points": 12}, "stock": 9}},
}
SPAN = {"started": "2026-03-01T00:00:00Z", "ended": "2026-03-09T00:00:00Z"}


def order(script: Script, who: str, *events: Event, name: str = "r", **more: Any) -> Event:
    """A part of an order about some actions."""
    positions = [event.offset for event in events]
    data = {"reversal": name, "selection": name, "positions": positions, **SPAN, **more}
    return script.act("reversal.ordered", who, **data)


def undo(script: Script, who: str, part: Event) -> Event:
    """That part is undone."""
    return script.act("reversal.undone", who, reversal="r", part=part.offset)


def posts(script: Script, who: str, *names: str, **more: Any) -> list[Event]:
    return [script.act("post.created", who, post=name, **more) for name in names]


async def seen(stage: Stage, who: str = "ann", past: Past = NOW) -> MemberView:
    found = await member(stage.db, COMMUNITY, token(who), LATER, past)
    assert found is not None
    return found


async def test_entries_are_taken_back_and_everything_follows(stage: Stage) -> None:
    script = Script(POLICY)
    made = posts(script, "ann", "p1", "p2", "p3")
    script.wait(2 * clock.DAY)
    part = order(script, "ann", *made)
    await stage.play(script.events)
    assert (await seen(stage)).points == 0
    assert (await seen(stage)).growth == 0
    level = (await seen(stage)).level
    assert level is not None
    assert level.rank == 1
    # A badge is for what was done, and that was done.
    assert [badge.badge for badge in (await seen(stage)).badges] == ["writer"]
    (fact,) = [fact for fact in stage.facts if fact.type == "points.reversed"]
    assert fact.data["accounts"] == {"points": -25, "growth": -15}
    # The board of the day they were of, and not that of the day of the order.
    day = Asked(period="day", at=made[0].time)
    assert [row.value for row in (await board(stage.db, COMMUNITY, "points", LATER, day)).rows] == [
        0
    ]
    today = Asked(period="day", at=part.time)
    assert (await board(stage.db, COMMUNITY, "points", LATER, today)).rows == []


async def test_what_was_known_and_what_was_true_agree_with_a_replay(stage: Stage) -> None:
    script = Script(POLICY)
    made = posts(script, "ann", "p1", "p2")
    part = order(script, "ann", made[0])
    back = undo(script, "ann", part)
    await stage.play(script.events)
    known = [
        (await seen(stage, past=Past(position=each.offset))).points
        for each in (made[1], part, back)
    ]
    assert known == [20, 5, 20]
    then = Past(at=made[0].time)
    assert (await seen(stage, past=then._replace(position=part.offset))).points == 0
    assert (await seen(stage, past=then)).points == 15


async def test_an_explanation_names_the_order(stage: Stage) -> None:
    script = Script(POLICY)
    (made,) = posts(script, "ann", "p1")
    part = order(script, "ann", made, name="ring-7")
    await stage.play(script.events)
    told = await explanation(stage.db, COMMUNITY, made)
    assert [(each.why, each.granted, each.reversal) for each in told.later] == [
        ("reversed", -5, "ring-7"), ("reversed", -5, "ring-7"), ("reversed", -10, "ring-7"),
    ]  # fmt: skip
    page = await ledger(stage.db, COMMUNITY, token("ann"), None, 9)
    assert [each.reversal for each in page.rows] == ["ring-7"] * 3 + [None] * 3
    assert {each.reverses for each in page.rows} == {made.offset, None}
    told = await explanation(stage.db, COMMUNITY, part)
    assert {each.reversal for each in told.others} == {"ring-7"}


async def test_only_some_rules(stage: Stage) -> None:
    script = Script(POLICY)
    (made,) = posts(script, "ann", "p1")
    order(script, "ann", made, rules=["first"])
    await stage.play(script.events)
    assert (await seen(stage)).points == 5


async def test_what_was_spent_is_owed_and_blocks_until_it_is_undone(stage: Stage) -> None:
    script = Script(POLICY)
    made = posts(script, "ann", "p1", "p2")
    costs = {"points": 12}
    script.act("reward.redeemed", "ann", reward="mug", redemption="m", costs=costs)
    part = order(script, "ann", *made)
    await stage.play(script.events)
    assert (await seen(stage)).points == -12
    undo(script, "ann", part)
    await stage.play(script.events[-1:])
    assert (await seen(stage)).points == 8


async def test_room_under_a_cap_is_free_again_and_nothing_is_refilled(stage: Stage) -> None:
    refill = {"name": "a-day", "per": "day", "most": 7, "rules": ["post"], "refill": True}
    script = Script({**POLICY, "caps": [refill]})
    made = posts(script, "ann", "p1", "p2")
    part = order(script, "ann", made[0], rules=["post"])
    await stage.play(script.events)
    assert (await seen(stage)).points == 12
    undo(script, "ann", part)
    posts(script, "ann", "p3")
    await stage.play(script.events[-2:])
    assert (await seen(stage)).points == 17


@pytest.mark.parametrize("between", ["reaction.removed", "post.removed"])
async def test_what_loses_its_cause_meanwhile_does_not_come_back(
    stage: Stage, between: str
) -> None:
    script = Script(POLICY)
    posts(script, "ann", "p1")
    like = script.act("reaction.added", "bob", target="p1", kind="like")
    part = order(script, "ann", like)
    data = {"post": "p1"} if between == "post.removed" else {"target": "p1", "kind": "like"}
    script.act(between, "bob", **data)
    await stage.play(script.events, 1)
    gone = (await seen(stage)).points
    undo(script, "ann", part)
    await stage.play(script.events[-1:])
    assert (await seen(stage)).points == gone
    if between == "post.removed":
        script.act("post.restored", "bob", post="p1")
        await stage.play(script.events[-1:])
        # The first post's bonus is given once, and stays when the post goes.
        assert (await seen(stage)).points == 17


async def test_a_part_of_an_order_that_was_refunded_meanwhile_stays_away(stage: Stage) -> None:
    script = Script(POLICY)
    paid = script.act("order.paid", "ann", order="o", amount=100)
    part = order(script, "ann", paid)
    script.act("order.refunded", "ann", order="o", amount=30)
    await stage.play(script.events)
    assert (await seen(stage)).points == 0
    undo(script, "ann", part)
    stage.forget()
    await stage.play(script.events[-1:])
    assert (await seen(stage)).points == 70


async def test_what_comes_late_earns_as_ever(stage: Stage) -> None:
    script = Script(POLICY)
    made = posts(script, "ann", "p1")
    order(script, "ann", *made)
    posts(script, "ann", "p2", at=made[0].time)
    await stage.play(script.events)
    # Nobody has looked at it; the first post's bonus was given before, and is given once.
    assert (await seen(stage)).points == 5


async def test_once_is_once(stage: Stage) -> None:
    script = Script(POLICY)
    made = posts(script, "ann", "p1", "p2")
    part = order(script, "ann", made[0])
    order(script, "ann", *made)  # the same order, whose first part is repeated in another cut
    undo(script, "ann", part)
    undo(script, "ann", part)
    order(script, "ann", made[0], selection="something else")
    script.act("reversal.undone", "ann", reversal="r", part=made[0].offset)
    script.act("reversal.undone", "bob", reversal="r", part=part.offset)
    await stage.play(script.events)
    assert (await seen(stage)).points == 15
    void = [fact.data["why"] for fact in stage.facts if fact.type == "reversal.void"]
    assert void == ["no such part stands", "another order has this name", *void[:1] * 2]
