"""What guards hold: shown and not counted, until it is decided, overdue or undone."""

from typing import Any

import pytest

from services.incentives.guards.commands import Decision, RefusedError, decide
from services.incentives.guards.view import page
from services.incentives.ledger.view import explanation
from services.incentives.members.view import member
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock
from tests.incentives.play import COMMUNITY, START, Script, Stage, token

LATER = START + 90 * clock.DAY
LIKED = {"name": "liked", "on": "reaction.added", "author": {"points": 2}}
LADDER = {"account": "points", "levels": [{"name": "a"}, {"name": "b", "at_least": 12}]}
SHARE = {"over": 0.3, "minimum": 6}


def policy(**hold: Any) -> dict[str, Any]:
    guards = {"hold": {"hours": 24, **hold}}
    return {"name": "t", "points": [LIKED], "guards": guards, "ladders": {"main": LADDER}}


def liked(script: Script, *who: str, post: str = "p") -> None:
    for each in who:
        script.act("reaction.added", each, target=post, kind="like")


def ann_liked(*who: str, **hold: Any) -> Script:
    script = Script(policy(**(hold or {"pair_share": SHARE})))
    script.act("post.created", "ann", post="p")
    liked(script, *who)
    return script


async def pending(stage: Stage, who: str = "ann", past: Past = NOW) -> tuple[int, int]:
    """Points and pending points."""
    found = await member(stage.db, COMMUNITY, token(who), LATER, past)
    assert found is not None
    return found.points, found.pending


async def test_one_pair_over_its_share_is_held_and_the_others_count(stage: Stage) -> None:
    await stage.play(ann_liked("bob", "cy", "bob", "dan", "eve", "fay", "bob", "gus").events)
    # Two of three are bob's, and then three of seven.
    assert await pending(stage) == (12, 4)
    entries = [entry for entry in await stage.entries("ann") if entry[3]]
    assert entries == [("liked", 2, 0, "held:pair-share")] * 2
    listed = (await page(stage.db, COMMUNITY, None, None, 10)).rows
    assert [(each.giver, each.guard, each.amount) for each in listed] == [
        (token("bob"), "pair-share", 2)
    ] * 2
    first = await page(stage.db, COMMUNITY, token("ann"), None, 1)
    rest = await page(stage.db, COMMUNITY, token("ann"), first.next, 9)
    assert [*first.rows, *rest.rows] == listed
    assert (await page(stage.db, COMMUNITY, token("bob"), None, 10)).rows == []
    held = [fact for fact in stage.facts if fact.type == "pending.held"]
    assert [fact.data["entry"] for fact in held] == [each.entry for each in reversed(listed)]


async def test_it_counts_when_the_delay_has_passed_in_the_log(stage: Stage) -> None:
    script = ann_liked("bob", "cy", "bob", "dan", "eve", "fay")
    held = script.events[-4]
    script.wait(24 * clock.HOUR)
    script.act("member.checked_in", "zoe")
    await stage.play(script.events[:-1])
    assert await pending(stage) == (10, 2)
    assert await stage.db.fetchval("SELECT count(*) FROM agenda") == 1
    stage.forget()
    await stage.play(script.events[-1:])
    assert await pending(stage) == (12, 0)
    assert await stage.entries("ann") == [
        ("liked", 2, 2, None),
        ("liked", 2, 2, None),
        ("liked", 2, 0, "held:pair-share"),
        *[("liked", 2, 2, None)] * 3,
        ("liked", 2, 2, None),
    ]
    assert await pending(stage, past=Past(at=held.time)) == (4, 2)
    told = await explanation(stage.db, COMMUNITY, held)
    assert [(e.why, e.granted, e.limited_by) for e in told.rules[0].entries] == [
        ("held", 0, "pair-share")
    ]
    (later,) = told.later
    assert (later.why, later.granted, later.by_time) == ("passed", 2, True)
    assert later.at == clock.rfc3339(held.log_time + 24 * clock.HOUR)
    assert (await explanation(stage.db, COMMUNITY, script.events[-1])).others == []
    # The level that it lifts is reached when it counts.
    levels = [fact for fact in stage.facts if fact.type in ("level.changed", "pending.passed")]
    assert [fact.at for fact in levels] == [held.log_time + 24 * clock.HOUR] * 2
    assert await stage.db.fetchval("SELECT count(*) FROM agenda") == 0


@pytest.mark.parametrize(("passed", "points"), [(True, 6), (False, 4)])
async def test_a_reviewer_decides_once(stage: Stage, passed: bool, points: int) -> None:
    script = ann_liked("bob", "cy", "bob")
    await stage.play(script.events)
    (entry,) = (await page(stage.db, COMMUNITY, None, None, 10)).rows
    order = await decide(stage.db, COMMUNITY, entry.entry, Decision(passed=passed, by="li"))
    assert order == ("pending.decided", {"entry": entry.entry, "passed": passed, "by": "li"})
    first = script.act(order[0], None, **order[1])
    again = script.act(order[0], None, **{**order[1], "passed": not passed})
    script.wait(48 * clock.HOUR)
    script.act("member.checked_in", "zoe")
    stage.forget()
    await stage.play(script.events[-3:])
    assert await pending(stage) == (points, 0)
    with pytest.raises(RefusedError, match="passed already" if passed else "refused already"):
        await decide(stage.db, COMMUNITY, entry.entry, Decision(passed=True))
    with pytest.raises(LookupError):
        await decide(stage.db, COMMUNITY, "nothing", Decision(passed=True))
    told = [fact.type for fact in stage.facts if fact.type.startswith("pending.")]
    word = "pending.passed" if passed else "pending.refused"
    assert told == ["pending.held", word, "pending.too_late"]
    (made,) = (await explanation(stage.db, COMMUNITY, first)).others
    assert (made.why, made.granted) == (word.partition(".")[2], 2 if passed else 0)
    assert (await explanation(stage.db, COMMUNITY, again)).others == []


async def test_what_is_undone_meanwhile_disappears(stage: Stage) -> None:
    script = ann_liked("bob", "cy", "bob")
    script.act("reaction.removed", "bob", target="p", kind="like")
    script.wait(48 * clock.HOUR)
    script.act("member.checked_in", "zoe")
    await stage.play(script.events)
    # Of bob's likes the platform takes back all: it names kind and member, and no more.
    assert await pending(stage) == (2, 0)
    assert (await page(stage.db, COMMUNITY, None, None, 10)).rows == []


async def test_a_removed_post_takes_it_along_and_a_restored_one_brings_it_back(
    stage: Stage,
) -> None:
    script = ann_liked("bob", "cy", "bob")
    script.act("post.removed", "ann", post="p")
    await stage.play(script.events)
    assert await pending(stage) == (0, 0)
    script.wait(48 * clock.HOUR)
    begun = script.act("member.checked_in", "zoe")
    script.act("post.restored", "ann", post="p")
    await stage.play([begun, script.events[-1]])
    assert await pending(stage) == (4, 2)
    # It was due while it was away, so the next record brings it.
    await stage.play([script.act("member.checked_in", "zoe")])
    assert await pending(stage) == (6, 0)


async def test_a_ring_is_held_with_those_in_it(stage: Stage) -> None:
    script = Script(policy(ring={"each": 2, "days": 7}))
    circle = ("ann", "bob", "cy")
    for who in circle:
        script.act("post.created", who, post=f"by-{who}")
    for _ in range(3):
        for who, following in zip(circle, ("bob", "cy", "ann"), strict=True):
            liked(script, who, post=f"by-{following}")
    await stage.play(script.events)
    # The circle closes with the second gift of the third, and is closed from then on.
    assert [await pending(stage, who) for who in circle] == [(2, 4), (4, 2), (4, 2)]
    last = (await page(stage.db, COMMUNITY, token("ann"), None, 1)).rows[0]
    assert (last.guard, last.giver, last.ring) == ("ring", token("cy"), [token("bob")])


async def test_two_who_like_each_other_now_and_then_are_no_ring(stage: Stage) -> None:
    script = Script(policy(ring={"each": 3, "days": 2}))
    script.act("post.created", "ann", post="a")
    script.act("post.created", "bob", post="b")
    for _ in range(9):
        liked(script, "ann", post="b")
        liked(script, "bob", post="a")
        script.wait(clock.DAY)
    await stage.play(script.events)
    assert await pending(stage) == (18, 0)


async def test_a_burst_of_likes_is_held_whoever_gives_them(stage: Stage) -> None:
    script = ann_liked("a", "b", "c", "d", burst={"most": 3, "minutes": 60})
    script.act("reaction.added", None, target="p", kind="like")
    script.wait(clock.HOUR)
    liked(script, "e")
    await stage.play(script.events)
    assert await pending(stage) == (8, 4)
    assert {each.guard for each in (await page(stage.db, COMMUNITY, None, None, 9)).rows} == {
        "burst"
    }


async def test_caps_of_its_own_day_hold_when_it_passes(stage: Stage) -> None:
    caps = [{"name": "day", "per": "day", "most": 5}]
    script = Script({**policy(pair_share=SHARE), "caps": caps})
    script.act("post.created", "ann", post="p")
    liked(script, "bob", "cy", "bob")
    script.wait(48 * clock.HOUR)
    liked(script, "dan")
    await stage.play(script.events)
    assert (await stage.entries("ann"))[3:] == [
        ("liked", 2, 1, "cap:day:points:day"),
        ("liked", 2, 2, None),
    ]


async def test_imported_history_is_held_in_silence(stage: Stage) -> None:
    script = Script(policy(pair_share=SHARE))
    script.act("post.created", "ann", post="p")
    for who in ("bob", "cy", "bob"):
        script.act("reaction.added", who, target="p", kind="like", imported="i1")
    script.wait(48 * clock.HOUR)
    script.act("member.checked_in", "zoe")
    await stage.play(script.events)
    assert await pending(stage) == (6, 0)
    assert [fact for fact in stage.facts if fact.type.startswith("pending.")] == []


async def test_so_many_are_held_of_a_member_and_no_more(stage: Stage) -> None:
    script = ann_liked(*["bob"] * 105, pair_share={"minimum": 1})
    await stage.play(script.events)
    assert await pending(stage) == (0, 200)
    assert (await stage.entries("ann"))[-1] == ("liked", 2, 0, "guard:held-full")


async def told(stage: Stage) -> list[tuple[str, int, int, int]]:
    """What time did to ann's account, in the order of the ledger."""
    rows = await stage.db.fetch(
        "SELECT r.name, e.granted, e.balance, e.at FROM ledger e"
        " JOIN word r ON r.word = e.rule AND r.community = e.community"
        ' WHERE e.member = $1 AND e.n < 0 ORDER BY e."offset", e.n',
        token("ann"),
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("size", [1, 2, 5000])
async def test_it_passes_and_expires_in_the_order_of_time(stage: Stage, size: int) -> None:
    document = policy(pair_share=SHARE) | {"accounts": {"points": {"expires": {"after_days": 2}}}}
    script = Script(document)
    script.act("post.created", "ann", post="p")
    liked(script, "bob", "cy")
    script.wait(12 * clock.HOUR)
    liked(script, "bob")
    held = script.events[-1]
    script.wait(30 * clock.DAY)
    script.act("member.checked_in", "zoe")
    await stage.play(script.events, size)
    day = START // clock.DAY
    assert await told(stage) == [
        ("liked", 2, 6, held.log_time + 24 * clock.HOUR),
        ("expired", -6, 0, (day + 2) * clock.DAY),
    ]
    assert await pending(stage) == (0, 0)


@pytest.mark.parametrize("size", [1, 5000])
async def test_the_caps_of_its_day_hold_when_that_is_long_ago(stage: Stage, size: int) -> None:
    document = policy(pair_share={"over": 0.6, "minimum": 6, "weeks": 1}, hours=20 * 24)
    document["caps"] = [{"name": "a-day", "per": "day", "most": 5}]
    script = Script(document)
    script.act("post.created", "ann", post="p")
    liked(script, "bob", "cy", "bob")
    for _ in range(12):
        script.wait(clock.DAY)
        liked(script, "dan", "eve", "fay")
    script.wait(20 * clock.DAY)
    script.act("member.checked_in", "zoe")
    await stage.play(script.events, size)
    # 4 of 5 were given on that day.
    assert (await told(stage))[0][:2] == ("liked", 1)
