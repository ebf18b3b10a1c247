"""Tiers, stages and personas as days close: orders and deeds in, history and facts out."""

from typing import Any

import pytest

from services.incentives.tiers.definition import PERSONAS, STAGES, TIERS
from services.kit.runtime import clock
from tests.incentives.play import START, Script, Stage, token

POLICY: dict[str, Any] = {"tiers": {}}


class Story(Script):
    """What happens on which day of the script, which begins at midnight in UTC."""

    def __init__(self, **tiers: Any) -> None:
        super().__init__({"tiers": tiers})
        self.made = 0

    def on(self, day: int, type_: str = "time.passed", who: str | None = None, **data: Any) -> None:
        self.log_time = max(self.log_time, START + day * clock.DAY)
        self.act(type_, who, community=0 if type_ == "time.passed" else 1, **data)

    def buys(self, day: int, who: str, amount: int, **more: Any) -> None:
        self.made += 1
        order = {"order": f"o{self.made}", "amount": amount, "currency": "CNY"}
        self.on(day, "order.paid", who, **{**order, **more})

    def posts(self, day: int, who: str) -> None:
        self.made += 1
        self.on(day, "post.created", who, post=f"p{self.made}")


async def history(stage: Stage, name: str) -> list[tuple[int, str, str, str]]:
    """Day of the script, tier, stage and persona of each change of a member's."""
    rows = await stage.db.fetch(
        "SELECT * FROM tier_history WHERE member = $1 ORDER BY at", token(name)
    )
    return [
        (
            (row["at"] - START) // clock.DAY,
            TIERS[row["tier"]],
            STAGES[row["stage"]],
            PERSONAS[row["persona"]],
        )
        for row in rows
    ]


async def figures(stage: Stage, name: str, *columns: str) -> tuple[Any, ...]:
    """Some columns of the last change of a member's."""
    row = await stage.db.fetchrow(
        "SELECT * FROM tier_history WHERE member = $1 ORDER BY at DESC LIMIT 1", token(name)
    )
    assert row is not None
    return tuple(row[column] for column in columns)


SCORES = ("recency_score", "frequency_score", "money_score")


async def test_a_life_from_first_sight_to_loss(stage: Stage) -> None:
    story = Story()
    story.on(0, "member.joined", "ann")
    story.buys(0, "bob", 9_900)  # Somebody buys, so it is by orders that value is judged.
    story.posts(2, "ann")
    for on in (4, 5, 6):
        story.buys(on, "ann", 9_900)
    story.on(200)
    await stage.play(story.events)
    stages = [(when, stage_) for when, _, stage_, _ in await history(stage, "ann")]
    assert [each for n, each in enumerate(stages) if not n or stages[n - 1][1] != each[1]] == [
        (1, "awareness"),
        (3, "interest"),
        (5, "decision"),
        (7, "loyalty"),
        (37, "at-risk"),
        (97, "lost"),
    ]
    told = [f for f in stage.facts if f.type == "lifecycle.changed"]
    assert [(f.data["from"], f.data["to"]) for f in told][-1] == ("at-risk", "lost")
    assert told[-1].at == START + 97 * clock.DAY


async def test_without_orders_contributions_count_and_what_they_received(stage: Stage) -> None:
    story = Story()
    story.posts(0, "ann")
    for who in ("bob", "cy", "dan"):
        story.on(0, "reaction.added", who, target="p1", kind="like")
    story.on(0, "reaction.added", "eve", target="p1", kind="dislike")
    story.on(1)
    await stage.play(story.events)
    columns = ("commerce", "frequency", "money", "influence", *SCORES, "influence_score")
    assert await figures(stage, "ann", *columns) == (False, 1, 3, 3, 5, 1, 2, 2)
    assert await history(stage, "bob") == [(1, "ordinary", "interest", "none")]


async def test_few_are_scored_by_steps_and_many_by_fifths(stage: Stage) -> None:
    story = Story(fifths_from=20)
    for number in range(19):
        story.buys(0, f"m{number}", 100 * (number + 1))
    story.on(1)
    story.buys(1, "m19", 2000)
    story.on(2)
    await stage.play(story.events)
    one = await stage.db.fetchval(
        "SELECT max(money_score) FROM tier_history WHERE day = $1", day(1)
    )
    assert one == 1  # None has come to a first step.
    assert await figures(stage, "m19", "scored", *SCORES) == (20, 5, 1, 5)


async def test_equal_figures_have_equal_scores(stage: Stage) -> None:
    story = Story(fifths_from=5)
    for number in range(10):
        story.buys(0, f"m{number}", 100 if number < 5 else 200)
    story.on(1)
    await stage.play(story.events)
    rows = await stage.db.fetch("SELECT money, money_score FROM tier_history")
    assert {(row["money"], row["money_score"]) for row in rows} == {(100, 1), (200, 3)}


async def test_value_with_interaction_makes_the_core_and_silence_takes_it(stage: Stage) -> None:
    story = Story(fifths_from=1000)
    for now in range(8):
        story.buys(now, "ann", 70_000)
        for _ in range(2):
            story.posts(now, "ann")
    story.on(400)
    await stage.play(story.events)
    tiers = [(when, tier) for when, tier, _, _ in await history(stage, "ann")]
    assert tiers[-1][1] == "ordinary"
    assert max(tier for tier in tiers if tier[1] == "core") < tiers[-1]
    told = [(f.data["from"], f.data["to"]) for f in stage.facts if f.type == "tier.changed"]
    assert ("active", "core") in told
    assert not any(before == after for before, after in told)
    assert await stage.db.fetchval("SELECT count(*) FROM tier_close") == 0  # Nothing is to come.


async def test_a_refund_takes_an_order_out_or_part_of_it(stage: Stage) -> None:
    story = Story()
    story.buys(0, "ann", 5000)
    story.buys(0, "ann", 7000)
    story.on(0, "order.refunded", "ann", order="o1")
    story.on(0, "order.refunded", "ann", order="o2", amount=3000)
    story.buys(0, "bob", 100)
    story.on(0, "order.refunded", "bob", order="o3", amount=100)
    story.on(1)
    await stage.play(story.events)
    assert await figures(stage, "ann", "frequency", "money") == (1, 4000)
    assert (
        await stage.db.fetchval("SELECT count(*) FROM tier_history WHERE member = $1", token("bob"))
        == 0
    )


@pytest.mark.parametrize(
    ("orders", "persona"),
    [
        ([(100, {"coupon": "c"}), (100, {"campaign": "x"}), (100, {})], "price-hunter"),
        ([(100, {"coupon": "c"}), (100, {}), (100, {})], "none"),
        ([(900, {}), (900, {})], "quality"),
        ([(900, {})], "none"),
    ],
)
async def test_a_persona_by_how_a_member_buys(
    stage: Stage, orders: list[tuple[int, dict[str, Any]]], persona: str
) -> None:
    story = Story()
    for number in range(10):
        story.buys(0, f"m{number}", 100)
    for amount, more in orders:
        story.buys(0, "ann", amount, **more)
    story.on(1)
    await stage.play(story.events)
    assert (await history(stage, "ann"))[0][3] == persona


async def test_who_comes_to_what_is_offered_seeks_experience(stage: Stage) -> None:
    story = Story()
    for number in range(3):
        story.on(0, "activity.attended", "ann", activity=f"a{number}")
    story.on(1)
    await stage.play(story.events)
    assert await history(stage, "ann") == [(1, "ordinary", "interest", "experience")]


async def test_staff_and_bots_are_no_members_and_appreciate_nobody(stage: Stage) -> None:
    story = Story()
    story.on(0, "role.appointed", "boss", role="staff")
    story.posts(0, "boss")
    story.posts(0, "ann")
    story.on(0, "reaction.added", "boss", target="p2", kind="like")
    story.on(0, "reaction.added", "ann", target="p1", kind="like")
    story.on(1)
    await stage.play(story.events)
    assert await figures(stage, "ann", "influence", "interaction") == (0, 2)
    assert await history(stage, "boss") == []


async def test_what_is_late_counts_on_its_own_day_from_the_next_close_on(stage: Stage) -> None:
    story = Story()
    story.on(0, "member.joined", "ann")
    story.on(5)
    story.on(5, "order.paid", "ann", order="o", amount=100, currency="CNY", at=START)
    story.on(6)
    await stage.play(story.events)
    assert await figures(stage, "ann", "day", "recency", "frequency") == (day(6), 5, 1)


async def test_a_removed_post_is_no_contribution(stage: Stage) -> None:
    story = Story()
    story.posts(0, "ann")
    story.posts(0, "ann")
    story.on(0, "post.removed", "boss", post="p1")
    story.on(0, "post.removed", "boss", post="p1")
    story.on(1)
    await stage.play(story.events)
    assert await figures(stage, "ann", "frequency") == (1,)


async def test_another_currency_is_left_out_where_the_policy_names_one(stage: Stage) -> None:
    story = Story(currency="CNY")
    story.buys(0, "ann", 100)
    story.buys(0, "ann", 100, currency="USD")
    story.on(1)
    await stage.play(story.events)
    assert await figures(stage, "ann", "frequency") == (1,)


async def test_days_are_those_of_the_zone_that_then_holds(stage: Stage) -> None:
    story = Story()
    story.posts(0, "ann")
    story.act("community.changed", time_zone="Asia/Shanghai")
    story.posts(0, "bob")
    begins = clock.parse_rfc3339("2026-03-04T00:00:00+08:00")
    story.log_time = begins
    story.posts(0, "cy")
    await stage.play(story.events, 5000)
    ats = [row["at"] for row in await stage.db.fetch("SELECT DISTINCT at FROM tier_history")]
    assert all(clock.local_day(at, clock.zone("Asia/Shanghai")) >= day(0) for at in ats)
    known = await stage.db.fetchval("SELECT day FROM tier_close")
    assert known == clock.day_number(clock.as_date(clock.local_day(begins, clock.zone("UTC")))) + 2


def day(number: int) -> int:
    """The local day of a day of the script."""
    return START // clock.DAY + number
