"""Quests from action to view: starts, steps in order or not, rewards, expiry, weeks."""

from typing import Any

from services.incentives.members.view import member
from services.incentives.quests.view import QuestView, member_quests
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock
from tests.incentives.play import COMMUNITY, START, Script, Stage, token

POST = {"kind": "count", "action": "post.created"}
LIKE = {"kind": "count", "action": "reaction.added", "when": {"self": False}, "at_least": 2}


def policy(more: dict[str, Any] | None = None, **quest: Any) -> dict[str, Any]:
    quest = {"steps": [POST, LIKE], "gives": {"points": 20}, **quest}
    return {"name": "test", "quests": {"welcome": quest}, **(more or {})}


async def seen(stage: Stage, who: str = "ann", past: Past = NOW) -> QuestView:
    return (await member_quests(stage.db, COMMUNITY, token(who), past))[0]


def steps(view: QuestView) -> list[int]:
    return [step.have for step in view.steps]


def like(script: Script, who: str = "ann", **more: Any) -> None:
    script.act("reaction.added", who, target="p0", kind="like", **more)


async def test_steps_in_order_and_the_reward_once(stage: Stage) -> None:
    script = Script(policy())
    like(script)
    script.act("post.created", "ann", post="p")
    script.act("reaction.added", "ann", target="p", kind="like")
    like(script)
    middle = script.events[-1]
    like(script)
    script.act("post.created", "ann", post="q")
    await stage.play(script.events)
    done = await seen(stage)
    # The like before the post, and the one of an own post, did not count.
    assert (done.state, steps(done), done.completed) == ("completed", [1, 2], 1)
    assert await stage.entries("ann") == [("quest:welcome", 20, 20, None)]
    then = await seen(stage, past=Past(at=middle.time))
    assert (then.state, steps(then), then.ended) == ("open", [1, 1], None)
    told = [fact.data for fact in stage.facts if fact.type == "quest.completed"]
    assert told == [{"member": token("ann"), "quest": "welcome"}]
    page = await member(stage.db, COMMUNITY, token("ann"), START)
    assert page is not None
    assert page.quests == [done]
    assert (await seen(stage, "bob")).state == "waiting"


async def test_in_any_order(stage: Stage) -> None:
    script = Script(policy(in_order=False))
    like(script)
    like(script)
    script.act("post.created", "ann", post="p")
    await stage.play(script.events)
    assert (await seen(stage)).state == "completed"


async def test_one_action_does_not_take_two_steps(stage: Stage) -> None:
    script = Script(policy(steps=[POST, POST]))
    script.act("post.created", "ann", post="p")
    await stage.play(script.events)
    assert steps(await seen(stage)) == [1, 0]


async def test_newcomers_have_so_many_days_of_log_time(stage: Stage) -> None:
    script = Script(policy(starts="joining", days=3))
    script.act("post.created", "old", post="o")
    joined = script.act("member.joined", "ann")
    script.act("member.joined", "bob")
    script.act("post.created", "ann", post="p")
    script.wait(3 * clock.DAY)
    script.act("member.checked_in", "zoe")
    like(script)
    like(script)
    await stage.play(script.events)
    gone = await seen(stage)
    due = joined.log_time + 3 * clock.DAY
    assert (gone.state, steps(gone)) == ("expired", [1, 0])
    assert gone.expires == gone.ended == clock.rfc3339(due)
    assert (await seen(stage, "old")).state == "waiting"
    expired = [(f.data["member"], f.at) for f in stage.facts if f.type == "quest.expired"]
    assert expired[0] == (token("ann"), due)
    assert len(expired) == 2
    assert len({fact.id for fact in stage.facts}) == len(stage.facts)
    assert (await seen(stage, past=Past(at=due - 1))).state == "open"
    assert await stage.db.fetchval("SELECT count(*) FROM agenda") == 0


async def test_a_first_action_begins_it_and_a_later_day_does_not(stage: Stage) -> None:
    more = policy(starts="first-action")
    script = Script({"name": "before"})
    script.act("post.created", "ann", post="p0")
    script.wait(clock.DAY)
    script.act("policy.published", document=more)
    script.act("post.created", "ann", post="p")
    script.act("post.created", "bob", post="q")
    await stage.play(script.events)
    assert ((await seen(stage)).state, (await seen(stage, "bob")).state) == ("waiting", "open")


async def test_a_journey_goes_from_quest_to_quest(stage: Stage) -> None:
    second = {"after": ["welcome"], "steps": [POST], "badge": "walker"}
    document = policy({"badges": {"walker": {"kind": "granted"}}}, steps=[POST])
    document["quests"] = {"second": second, **document["quests"]}
    script = Script(document)
    script.act("post.created", "ann", post="p")
    await stage.play(script.events)
    between = await member_quests(stage.db, COMMUNITY, token("ann"))
    assert [(each.quest, each.state, steps(each)) for each in between] == [
        ("second", "open", [0]),
        ("welcome", "completed", [1]),
    ]
    await stage.play([script.act("post.created", "ann", post="q")])
    page = await member(stage.db, COMMUNITY, token("ann"), START)
    assert page is not None
    assert [each.state for each in page.quests] == ["completed", "completed"]
    assert [badge.badge for badge in page.badges] == ["walker"]


async def test_each_week_anew(stage: Stage) -> None:
    script = Script(policy(every="week", steps=[{**POST, "at_least": 2}]))
    for day in (0, 1, 2, 7, 8, 6):
        script.act("post.created", "ann", post=f"p{day}", at=START + day * clock.DAY)
    await stage.play(script.events)
    done = await seen(stage)
    assert (done.state, done.completed) == ("completed", 2)
    assert await stage.balance("ann") == 40


async def test_days_streaks_levels_and_badges_are_steps(stage: Stage) -> None:
    wanted = [
        {"kind": "days", "at_least": 2},
        {"kind": "streak", "streak": "daily", "at_least": 2},
        {"kind": "level", "at_least": 2},
        {"kind": "badge", "badge": "in"},
    ]
    more = {
        "points": [{"name": "in", "on": "member.checked_in", "doer": {"growth": 1}}],
        "streaks": {"daily": {}},
        "badges": {"in": {"kind": "count", "action": "member.checked_in", "at_least": 3}},
        "ladders": {"main": {"levels": [{"name": "a"}, {"name": "b", "at_least": 2}]}},
    }
    script = Script(policy(more, steps=wanted))
    for day in (0, 0, 1):
        script.act("member.checked_in", "ann", at=START + day * clock.DAY)
    await stage.play(script.events)
    done = await seen(stage)
    assert (done.state, steps(done)) == ("completed", [2, 2, 2, 1])


async def test_a_post_taken_back_takes_the_reward_it_completed_back(stage: Stage) -> None:
    script = Script(policy(steps=[POST]))
    script.act("post.created", "ann", post="p")
    script.act("post.removed", "ann", post="p")
    await stage.play(script.events)
    assert await stage.balance("ann") == 0
    assert (await seen(stage)).state == "completed"


async def test_its_badge_gives_the_rewards_of_the_badge(stage: Stage) -> None:
    more = {
        "badges": {"settled": {"kind": "granted", "grants": ["mug"]}},
        "rewards": {"mug": {"offered": False}},
    }
    script = Script(policy(more, steps=[POST], badge="settled"))
    script.act("post.created", "ann", post="p")
    script.act("post.created", "ann", post="q")
    await stage.play(script.events)
    (given,) = [fact.data for fact in stage.facts if fact.type == "reward.granted"]
    assert (given["member"], given["reward"], given["for"]) == (
        token("ann"),
        "mug",
        "badge:settled",
    )
