"""Redemptions from action to tables: what is spent, expires, comes back, is owed."""

from typing import Any

from services.incentives.members.view import member
from services.incentives.rewards.view import redemptions
from services.kit.runtime import clock
from tests.incentives.play import COMMUNITY, START, Script, Stage, token

DAY = clock.DAY
POLICY: dict[str, Any] = {
    "name": "test",
    "accounts": {"points": {"expires": {"after_days": 10}}, "growth": {}},
    "points": [
        {"name": "post", "on": "post.created", "doer": {"points": 10, "growth": 10}},
        {"name": "minus", "on": "member.left", "doer": {"points": -4}},
    ],
    "rewards": {
        "mug": {"cost": {"points": 10}},
        "token": {"kind": "coupon", "offered": False, "valid_days": 3},
    },
}


def redeem(script: Script, name: str, cost: int, at: int | None = None) -> None:
    costs = {"points": cost}
    script.act("reward.redeemed", "ann", reward="mug", redemption=name, costs=costs, at=at)


def post(script: Script, name: str, day: int = 0) -> None:
    script.wait(max(0, START + day * DAY - script.log_time))
    script.act("post.created", "ann", post=name)


async def view(stage: Stage, day: int) -> Any:
    found = await member(stage.db, COMMUNITY, token("ann"), START + day * DAY)
    assert found is not None
    return found


def told(stage: Stage, type_: str) -> list[Any]:
    return [fact.data for fact in stage.facts if fact.type == type_]


async def test_points_expire_as_a_day_begins_by_log_time(stage: Stage) -> None:
    script = Script(POLICY)
    post(script, "a")
    post(script, "b", 3)
    script.wait(7 * DAY)
    script.act("time.passed", community=0)  # the 13th day: what the first gave is gone
    await stage.play(script.events)
    found = await view(stage, 10)
    assert (found.points, found.growth) == (10, 20)
    assert [(lot.amount, lot.expires) for lot in found.lots] == [(10, "2026-03-15")]
    assert (await stage.entries("ann"))[-1] == ("expired", -10, -10, None)
    assert [(fact["account"], fact["amount"]) for fact in told(stage, "points.expired")] == [
        ("points", 10)
    ]
    script.wait(100 * DAY)
    script.act("time.passed", community=0)
    await stage.play(script.events[-1:])
    assert (await view(stage, 120)).points == 0


async def test_a_late_gain_that_has_expired_is_gone_with_the_next_record(stage: Stage) -> None:
    script = Script(POLICY)
    post(script, "a")
    script.wait(30 * DAY)
    script.act("post.created", "ann", post="late", at=START + DAY)
    await stage.play(script.events)
    assert (await view(stage, 30)).available["points"] == 0
    script.act("time.passed", community=0)
    await stage.play(script.events[-1:])
    assert await stage.balance("ann") == 0


async def test_spending_takes_what_expires_first_and_leaves_what_was_earned(stage: Stage) -> None:
    script = Script(POLICY)
    post(script, "a")
    post(script, "b", 3)
    redeem(script, "r1", 15)
    await stage.play(script.events)
    found = await view(stage, 3)
    assert (found.points, found.growth, found.available["points"]) == (5, 20, 5)
    assert [(lot.amount, lot.expires) for lot in found.lots] == [(5, "2026-03-15")]
    earned = await stage.db.fetchval('SELECT max(earned) FROM balance WHERE "all" = 5')
    assert earned == 20
    weekly = await stage.db.fetchval('SELECT week FROM balance WHERE "all" = 5')
    assert weekly == 20  # a board of the week is of what it has brought


async def test_what_comes_back_expires_as_before_and_in_seven_days_at_the_earliest(
    stage: Stage,
) -> None:
    script = Script(POLICY)
    post(script, "a")
    post(script, "b", 8)
    redeem(script, "r1", 20)
    script.act("reward.cancelled", redemption="r1")
    script.act("reward.cancelled", redemption="r1")
    script.act("reward.fulfilled", redemption="r2")
    await stage.play(script.events)
    found = await view(stage, 8)
    assert found.points == 20
    # The first would have gone on the 12th, two days after the 10th; the second keeps its day.
    assert [(lot.amount, lot.expires) for lot in found.lots] == [
        (10, "2026-03-17"),
        (10, "2026-03-20"),
    ]
    whys = [row["why"] for row in await stage.db.fetch("SELECT why FROM reward_refusal")]
    assert whys == ["it is cancelled already", "there is no redemption of this name"]
    assert len(told(stage, "reward.cancelled")) == 1
    assert len(told(stage, "reward.refused")) == 2
    page = await redemptions(stage.db, COMMUNITY, token("ann"), START, None, 10)
    assert [(row.redemption, row.state, row.cost) for row in page.rows] == [
        ("r1", "cancelled", {"points": 20})
    ]


async def test_a_reversal_after_spending_leaves_a_debt_and_no_other_loss_does(
    stage: Stage,
) -> None:
    script = Script(POLICY)
    post(script, "a")
    post(script, "b")
    redeem(script, "r1", 15)
    script.act("post.removed", post="a")
    await stage.play(script.events)
    assert (await view(stage, 0)).debts == {"points": 5}
    script.act("member.left", "ann")
    script.act("post.removed", post="b")
    await stage.play(script.events[-2:])
    # 20 earned and 20 undone: what was spent is owed, and no more.
    assert (await view(stage, 0)).debts == {"points": 15}
    assert await stage.balance("ann") == -15
    post(script, "c")
    post(script, "d")
    await stage.play(script.events[-2:])
    found = await view(stage, 0)
    assert (found.debts, found.points, sum(lot.amount for lot in found.lots)) == ({}, 5, 5)


async def test_a_reversal_without_spending_stops_at_the_floor_as_ever(stage: Stage) -> None:
    script = Script(POLICY)
    post(script, "a")
    script.act("member.left", "ann")
    script.act("post.removed", post="a")
    await stage.play(script.events)
    assert await stage.balance("ann") == 0


async def test_what_has_expired_is_not_taken_back_once_more(stage: Stage) -> None:
    script = Script(POLICY)
    post(script, "a")
    post(script, "b", 12)
    script.act("post.removed", post="a")
    await stage.play(script.events)
    assert await stage.balance("ann") == 10
    assert (await stage.entries("ann"))[-2:] == [
        ("post", -10, 0, "expired"),
        ("post", -10, -10, None),
    ]


async def test_what_was_decided_in_time_is_paid_with_what_has_expired_since(stage: Stage) -> None:
    script = Script(POLICY)
    post(script, "a")
    script.wait(10 * DAY)
    script.act("time.passed", community=0)
    redeem(script, "r1", 10, at=START + 9 * DAY)
    await stage.play(script.events)
    assert await stage.balance("ann") == 0
    assert (await view(stage, 10)).debts == {}
    script.act("reward.cancelled", redemption="r1")
    await stage.play(script.events[-1:])
    assert await stage.balance("ann") == 10


async def test_a_redemption_of_a_name_counts_once(stage: Stage) -> None:
    script = Script(POLICY)
    post(script, "a")
    post(script, "b")
    redeem(script, "r1", 5)
    redeem(script, "r1", 5)
    await stage.play(script.events)
    assert await stage.balance("ann") == 15


async def test_the_fold_trusts_what_was_decided_whatever_the_policy_says_now(
    stage: Stage,
) -> None:
    script = Script(POLICY)
    post(script, "a")
    script.act("policy.published", document={**POLICY, "rewards": {}})
    redeem(script, "r1", 10)
    script.act("reward.redeemed", "ann", reward="old", redemption="r0", cost=3)
    await stage.play(script.events)
    assert await stage.balance("ann") == -3
    assert stage.dead == []


async def test_a_level_and_a_badge_grant_once_and_an_order_uses_the_coupon(stage: Stage) -> None:
    policy = POLICY | {
        "ladders": {
            "main": {
                "demotion": "rolling",
                "account": "points",
                "measure": "balance",
                "levels": [{"name": "a"}, {"name": "b", "at_least": 10, "grants": ["token"]}],
            }
        },
        "badges": {
            "writer": {
                "kind": "count",
                "action": "post.created",
                "at_least": 2,
                "grants": ["token"],
            }
        },
    }
    script = Script(policy)
    post(script, "a")
    script.act("post.removed", post="a")
    post(script, "b")
    post(script, "c")
    await stage.play(script.events)
    granted = told(stage, "reward.granted")
    assert [fact["for"] for fact in granted] == ["level:main/b", "badge:writer"]
    page = await redemptions(stage.db, COMMUNITY, token("ann"), START, None, 10)
    codes = [row.code for row in page.rows]
    assert len({code for code in codes if code}) == 2
    assert {row.valid_until for row in page.rows} == {"2026-03-05"}
    order: dict[str, Any] = {"order": "o1", "amount": 5, "currency": "CNY"}
    script.act("order.paid", "bob", **order, coupon=codes[0])
    script.act("order.paid", "ann", **order, coupon="of somebody else")
    script.act("order.paid", "ann", **order, coupon=codes[0])
    script.act("order.paid", "ann", **order, coupon=codes[0])
    script.wait(9 * DAY)
    script.act("order.paid", "ann", **order, coupon=codes[1])
    await stage.play(script.events[-5:])
    assert [fact["redemption"] for fact in told(stage, "reward.used")] == [page.rows[0].redemption]
    page = await redemptions(stage.db, COMMUNITY, token("ann"), START + 9 * DAY, None, 10)
    assert [row.state for row in page.rows] == ["used", "expired"]


async def test_an_operator_grants_and_what_is_granted_costs_no_stock(stage: Stage) -> None:
    script = Script(POLICY)
    script.act("reward.granted", "ann", reward="mug", redemption="g1", incident="i7")
    script.act("reward.granted", "ann", reward="mug", redemption="g1")
    script.act("reward.cancelled", redemption="g1")
    await stage.play(script.events)
    rows = await stage.db.fetch('SELECT state, taken FROM redemption ORDER BY "offset"')
    assert [tuple(row) for row in rows] == [(1, None), (3, None)]
    assert told(stage, "reward.granted")[0]["for"] == "i7"
