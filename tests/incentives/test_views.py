"""What the gateway reads: members, ledger, explanation; now and as of a time."""

from services.incentives.ledger.view import explanation, ledger
from services.incentives.levels.view import level_history
from services.incentives.members.view import member, members
from services.kit.projection.past import Past
from services.kit.runtime import clock
from tests.incentives.everything import POLICY
from tests.incentives.play import COMMUNITY, START, Script, Stage, token

LATER = START + 40 * clock.DAY


def club() -> Script:
    script = Script(POLICY)
    script.act("post.created", "ann", post="p1")
    script.act("post.created", "ann", post="p2")
    script.act("reaction.added", "bob", target="p1", kind="like")
    script.act("reaction.added", "ann", target="p1", kind="like")
    script.act("reaction.added", "cy", target="p1", kind="like")
    script.act("reaction.removed", "cy", target="p1", kind="like")
    return script


async def test_a_member_with_level_and_badges(stage: Stage) -> None:
    await stage.play(club().events)
    seen = await member(stage.db, COMMUNITY, token("ann"), LATER)
    assert seen is not None
    # 5 at the start, 2 posts, 10 once, 4 of bob's like: the cap of 12 a day is not reached
    assert (seen.points, seen.growth, seen.accounts) == (
        25,
        8,
        {"points": 25, "growth": 8, "energy": 4, "wit": 0},
    )
    assert seen.level is not None
    assert (seen.level.rank, seen.level.name) == (2, "b")
    assert seen.level.next is not None
    assert (seen.level.next.rank, seen.level.next.missing) == (3, 0)
    assert [(need.need, need.days, need.have) for need in seen.level.next.needs] == [
        ("post.created", 3, 0),  # two, 40 days ago
        ("active days", None, 1),
    ]
    then = await member(stage.db, COMMUNITY, token("ann"), START + clock.DAY)
    assert then is not None
    assert then.level is not None
    assert then.level.next is not None
    assert then.level.next.needs[0].have == 2
    assert [(badge.badge, badge.times) for badge in seen.badges] == [("liked", 1)]
    assert await member(stage.db, COMMUNITY, token("nobody"), LATER) is None


async def test_as_of_a_time(stage: Stage) -> None:
    script = club()
    await stage.play(script.events)
    then = next(e for e in script.events if e.data.get("post") == "p1").time
    seen = await member(stage.db, COMMUNITY, token("ann"), LATER, Past(then))
    assert seen is not None
    assert (seen.points, seen.growth, seen.badges) == (18, 2, [])
    assert seen.level is not None
    assert seen.level.rank == 1
    assert await member(stage.db, COMMUNITY, token("bob"), LATER, Past(then)) is None


async def test_the_list_by_points_pages(stage: Stage) -> None:
    await stage.play(club().events)
    first = await members(stage.db, COMMUNITY, LATER, None, 2, sort="points")
    rest = await members(stage.db, COMMUNITY, LATER, first.next, 2, sort="points")
    rows = [(row.member, row.points) for row in [*first.rows, *rest.rows]]
    assert rows == [(token("ann"), 25), (token("bob"), 6), (token("cy"), 5)]
    assert rest.next is None
    plain = await members(stage.db, COMMUNITY, LATER, None, 10)
    assert sorted(row.member for row in plain.rows) == sorted(row[0] for row in rows)


async def test_the_ledger_newest_first(stage: Stage) -> None:
    await stage.play(club().events)
    page = await ledger(stage.db, COMMUNITY, token("cy"), None, 2)
    more = await ledger(stage.db, COMMUNITY, token("cy"), page.next, 9)
    told = [(e.rule, e.why, e.granted, e.balance) for e in [*page.rows, *more.rows]]
    assert told == [
        ("liked", "undone", -1, 5),
        ("liked", "granted", 1, 6),
        ("start", "granted", 5, 5),
    ]
    assert page.rows[0].reverses == page.rows[1].position


async def test_an_explanation_says_why_not(stage: Stage) -> None:
    script = club()
    own = script.events[-3]
    await stage.play(script.events)
    told = await explanation(stage.db, COMMUNITY, own)
    rules = {rule.rule: rule for rule in told.rules}
    assert not rules["liked"].matched
    assert rules["liked"].why_not == ["self is true, wanted false"]
    assert rules["disliked"].why_not == ["data.kind is like, wanted dislike"]
    second = await explanation(stage.db, COMMUNITY, script.events[3])
    rules = {rule.rule: rule for rule in second.rules}
    assert rules["post"].matched
    assert rules["first-post"].why_not == ["the doer was given it before, and it is given once"]


async def test_an_explanation_knows_what_became_of_it(stage: Stage) -> None:
    script = club()
    await stage.play(script.events)
    told = await explanation(stage.db, COMMUNITY, script.events[-2])
    liked = next(rule for rule in told.rules if rule.rule == "liked")
    assert [(e.member, e.account, e.granted) for e in liked.entries] == [
        (token("cy"), "points", 1),
        (token("ann"), "points", 2),
        (token("ann"), "growth", 4),
    ]
    assert liked.entries[1].limited_by == "a-day"
    assert sorted((e.why, e.granted) for e in told.later) == [
        ("undone", -4),  # of growth, and of energy
        ("undone", -4),
        ("undone", -2),
        ("undone", -1),
    ]
    undoing = await explanation(stage.db, COMMUNITY, script.events[-1])
    assert {e.why for e in undoing.others} == {"undone"}


async def test_level_history_tells_event_time_and_position(stage: Stage) -> None:
    script = Script(POLICY)
    script.act("post.created", "ann", post="p1")
    second = script.act("post.created", "ann", post="p2")
    await stage.play(script.events)
    changes = await level_history(stage.db, COMMUNITY, token("ann"), 10)
    assert [(c.from_, c.to, c.position) for c in changes] == [(1, 2, second.offset)]
    assert changes[0].at == clock.rfc3339(second.time)
