"""Given a past on the log, when it is replayed under a draft, then who gains and who loses."""

import asyncio
from typing import Any

import asyncpg
import pytest

from services.incentives.preview.commands import Change, TooLongError
from services.incentives.preview.view import Comparison
from services.incentives.projection import PROJECTION
from services.kit.projection import compare, generations
from services.kit.projection.scratch import scratch
from tests.incentives.everything import POLICY
from tests.incentives.preview.conftest import Place

MEMBERS = [f"m{number}" for number in range(12)]


def policy(each: int = 5, second: int = 20, **more: Any) -> dict[str, Any]:
    """A post pays `each`; the second level begins at `second`."""
    levels = [{"name": "a"}, {"name": "b", "at_least": second}]
    return {
        "points": [
            {"name": "post", "on": "post.created", "doer": {"points": each, "growth": each}}
        ],
        "ladders": {"main": {"levels": levels}},
        **more,
    }


WRITER = {"writer": {"kind": "count", "action": "post.created", "at_least": 3}}


async def changes(comparison: Comparison, limit: int | None = None) -> list[Change]:
    return [change async for change in comparison.changes(limit)]


async def test_a_draft_equal_to_what_is_live_changes_nothing(place: Place) -> None:
    await place.community("tea", POLICY)
    await place.community("go", POLICY)
    for slug in ("tea", "go"):
        await place.posts(slug, **dict.fromkeys(MEMBERS, 4))
        await place.say(
            slug,
            [
                {
                    "type": f"reaction.{done}",
                    "member": member,
                    "data": {"target": f"{other}/0", "kind": "like", "author_of_target": other},
                }
                for member in MEMBERS
                for other in MEMBERS[:5]
                for done in ("added", "removed", "added")
            ],
        )
    await place.folded()
    async with place.under("tea", POLICY) as comparison:
        assert await changes(comparison) == []
        told = comparison.totals
        assert (told.members, told.affected, comparison.raised) == (12, 0, 0)
        assert told.levelled == 12
        assert all(both.live == both.draft for both in told.accounts.values())
        assert told.accounts["points"].live > 0


async def test_who_gains_who_loses_and_by_how_much(place: Place) -> None:
    await place.community("tea", policy(5, 20, badges=WRITER))
    await place.posts("tea", ann=7, bob=4, cy=1)
    await place.folded()
    paid = [{"name": "twice", "on": "post.created", "doer": {"points": 10}, "times": {"day": 1}}]
    draft = policy(4, 20)
    draft["points"] += paid
    async with place.under("tea", draft) as comparison:
        told, rows = comparison.totals, await changes(comparison)
    ann, bob, cy = [await place.token("tea", name) for name in ("ann", "bob", "cy")]
    found = {row.member: row.model_dump() for row in rows}
    assert found[ann] == {
        "member": ann,
        "accounts": {"points": {"live": 35, "draft": 38}, "growth": {"live": 35, "draft": 28}},
        "levels": {"main": {"live": 2, "draft": 2}},
        "badges": {"writer": {"live": 1, "draft": 0}},
    }
    assert found[bob]["levels"] == {"main": {"live": 2, "draft": 1}}
    assert found[cy]["accounts"]["points"] == {"live": 5, "draft": 14}
    assert [row.member for row in rows] == [cy, ann, bob]
    assert told.ladders["main"].model_dump() == {"up": 0, "down": 1}
    assert told.badges["writer"].model_dump() == {"up": 0, "down": 2}
    assert told.model_dump(exclude={"accounts", "ladders", "badges", "rewards"}) == {
        "members": 3,
        "levelled": 2,
        "affected": 3,
        "gaining": 0,
        "losing": 0,
        "mixed": 3,
        "levels_up": 0,
        "levels_down": 1,
        "badges_won": 0,
        "badges_lost": 2,
    }
    assert told.accounts["points"].model_dump() == {"live": 60, "draft": 78}


async def test_the_draft_holds_since_ever_whatever_was_published_meanwhile(place: Place) -> None:
    await place.community("tea", policy(5))
    await place.posts("tea", ann=2)
    await place.publish("tea", policy(1))
    await place.say("tea", [{"type": "post.created", "member": "ann", "data": {"post": "last"}}])
    await place.folded()
    async with place.under("tea", policy(1)) as comparison:
        (change,) = await changes(comparison)
    assert change.accounts["points"].model_dump() == {"live": 11, "draft": 3}


async def test_a_level_that_is_no_longer_there_counts_as_the_highest_there_is(
    place: Place,
) -> None:
    long = policy()
    long["ladders"]["main"]["levels"].append({"name": "c", "at_least": 25})
    await place.community("tea", long)
    await place.posts("tea", ann=5)
    await place.publish("tea", policy())
    await place.folded()
    async with place.under("tea", policy()) as comparison:
        assert await changes(comparison) == []
        assert comparison.totals.levelled == 1


async def test_a_community_whose_policy_never_came_gains_everything(place: Place) -> None:
    await place.community("tea", None)
    await place.posts("tea", ann=5)
    await place.folded()
    async with place.under("tea", policy()) as comparison:
        assert comparison.totals.gaining == comparison.totals.levels_up == 1


async def test_what_was_delivered_twice_counts_once(place: Place) -> None:
    await place.community("tea", policy())
    await place.posts("tea", ann=3)
    place.said -= 3
    await place.posts("tea", ann=3)
    await place.folded()
    async with place.under("tea", policy()) as comparison:
        assert await changes(comparison) == []


async def test_the_size_of_batches_leaves_no_trace(place: Place) -> None:
    await place.community("tea", policy())
    await place.posts("tea", **dict.fromkeys(MEMBERS, 7))
    await place.folded()
    seen = []
    for size in (1, 7, 5000):
        heard: list[tuple[int, int]] = []
        preview = await place.preview("tea", policy(3, 21, badges=WRITER))
        async with preview.run(lambda *told: heard.append(told), at_once=size) as comparison:  # noqa: B023
            seen.append((comparison.totals, await changes(comparison)))
        assert heard[-1] == (86, 86)
    assert seen[0] == seen[1] == seen[2]


async def test_nothing_live_is_touched_and_nothing_concluded(place: Place) -> None:
    await place.community("tea", policy())
    await place.posts("tea", ann=5)
    await place.folded()
    before = await _all(place)
    async with place.under("tea", policy(50)) as comparison:
        assert comparison.totals.affected == 1
    assert await _all(place) == before
    assert await place.scratches() == []


async def _all(place: Place) -> tuple[Any, ...]:
    async with place.home.pool.acquire() as db:
        facts = await db.fetch("SELECT * FROM projection.facts")
        rows = await db.fetch("SELECT * FROM projection.progress")
        return await compare.hashes(db, PROJECTION, "incentives_1"), facts, rows


async def test_a_long_history_can_be_refused_before_it_begins(place: Place) -> None:
    await place.community("tea", policy())
    await place.posts("tea", ann=5)
    await place.folded()
    with pytest.raises(TooLongError, match="7 records, more than 6"):
        async with (await place.preview("tea", policy())).run(longest=6):
            pass
    assert await place.scratches() == []


async def test_before_the_consumer_ever_ran_there_is_nothing_to_compare(place: Place) -> None:
    await place.community("tea", policy())
    with pytest.raises(LookupError, match="never run"):
        async with place.under("tea", policy()):
            pass


async def test_interrupted_it_cleans_up(place: Place) -> None:
    await place.community("tea", policy())
    await place.posts("tea", ann=50)
    await place.folded()
    preview, halfway = await place.preview("tea", policy()), asyncio.Event()

    async def run() -> None:
        async with preview.run(lambda *_: halfway.set(), at_once=1):
            pass

    running = asyncio.create_task(run())
    async with asyncio.timeout(20):
        await halfway.wait()
    assert len(await place.scratches()) == 1
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled()
    assert await place.scratches() == []


async def test_what_a_killed_one_left_is_swept_and_not_what_others_work_on(place: Place) -> None:
    await place.community("tea", policy())
    await place.posts("tea", ann=1)
    await place.folded()
    db = await asyncpg.connect(place.home.dsn)
    async with db.transaction():
        await generations.create_tables(db, PROJECTION, "incentives_scratch_1")
    await db.close()
    async with scratch(place.home.dsn, PROJECTION) as (_, others):
        assert await place.scratches() == [others]
        async with place.under("tea", policy()):
            assert others in await place.scratches()
        assert await place.scratches() == [others]


async def test_redemptions_that_a_draft_could_not_have_paid_for_are_told(place: Place) -> None:
    shop = {"mug": {"cost": {"points": 10}}, "pin": {"cost": {"points": 1}}}
    await place.community("tea", policy(5, 20, rewards=shop))
    await place.posts("tea", ann=2, bob=4)
    wishes = [("ann", "mug", 10), ("bob", "mug", 10), ("bob", "pin", 1)]
    redeemed = [
        {
            "type": "reward.redeemed",
            "member": who,
            "data": {"reward": reward, "redemption": f"{who}/{reward}", "costs": {"points": cost}},
        }
        for who, reward, cost in wishes
    ]
    await place.say("tea", redeemed)
    await place.folded()
    seen = {}
    for each in (5, 3):
        async with place.under("tea", policy(each, 20, rewards=shop)) as comparison:
            seen[each] = {
                name: (told.made, told.unaffordable)
                for name, told in comparison.totals.rewards.items()
            }
            rows = {row.member: row.accounts["points"].draft for row in await changes(comparison)}
    assert seen == {5: {"mug": (2, 0), "pin": (1, 0)}, 3: {"mug": (2, 1), "pin": (1, 0)}}
    assert rows[await place.token("tea", "ann")] == -4
