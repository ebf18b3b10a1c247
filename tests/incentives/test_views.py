"""What the gateway reads: members, ledger, explanation, boards; now and as of a time."""

from unittest.mock import patch

import pytest

from services.incentives.boards import histogram
from services.incentives.boards.view import Asked, UnknownBoardError, board
from services.incentives.ledger.view import explanation, ledger
from services.incentives.levels.view import level_history
from services.incentives.members.view import member, members
from services.kit.runtime import clock
from tests.incentives.play import COMMUNITY, START, Script, Stage, token
from tests.incentives.scripts import POLICY

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
    assert (seen.points, seen.growth, seen.accounts) == (25, 8, {"points": 25, "growth": 8})
    assert seen.level is not None
    assert (seen.level.rank, seen.level.name) == (2, "b")
    assert seen.level.next is not None
    assert (seen.level.next.rank, seen.level.next.missing) == (3, 0)
    assert [(need.need, need.have) for need in seen.level.next.needs] == [
        ("post.created", None),
        ("active days", 1),
    ]
    assert [(badge.badge, badge.times) for badge in seen.badges] == [("liked", 1)]
    assert await member(stage.db, COMMUNITY, token("nobody"), LATER) is None


async def test_as_of_a_time(stage: Stage) -> None:
    script = club()
    await stage.play(script.events)
    then = next(e for e in script.events if e.data.get("post") == "p1").time
    seen = await member(stage.db, COMMUNITY, token("ann"), LATER, as_of=then)
    assert seen is not None
    assert (seen.points, seen.growth, seen.badges) == (18, 2, [])
    assert seen.level is not None
    assert seen.level.rank == 1
    assert await member(stage.db, COMMUNITY, token("bob"), LATER, as_of=then) is None


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
        ("undone", -4),
        ("undone", -2),
        ("undone", -1),
    ]
    undoing = await explanation(stage.db, COMMUNITY, script.events[-1])
    assert {e.why for e in undoing.others} == {"undone"}


def crowd(count: int) -> Script:
    """Many members with points of which many are equal."""
    script = Script({"accounts": {"points": {}}})
    for number in range(count):
        amount = 1 + number * number % 17 if number % 3 else 4
        script.act("points.adjusted", f"m{number}", amount=amount)
    return script


@pytest.mark.parametrize("size", [1, 5, 10_000])
async def test_ranks_and_neighbours_whatever_the_buckets(stage: Stage, size: int) -> None:
    with patch.object(histogram, "target", lambda _members: size):
        await stage.play(crowd(90).events, 7)
    rows = await stage.db.fetch('SELECT member, "all" AS value FROM balance')
    order = sorted((-row["value"], row["member"]) for row in rows)
    values = [-value for value, _ in order]
    expected = [(1 + values.index(-value), who, -value) for value, who in order]
    seen: list[tuple[int, int, int]] = []
    after = None
    while True:
        page = await board(stage.db, COMMUNITY, "points", LATER, Asked(after=after, limit=8))
        seen += [(row.rank, row.member, row.value) for row in page.rows]
        after = page.next
        if after is None:
            break
    assert seen == expected
    assert page.members == 90
    for place in (0, 1, 40, 88, 89):
        asked = Asked(around=expected[place][1], limit=5)
        page = await board(stage.db, COMMUNITY, "points", LATER, asked)
        around = [(row.rank, row.member, row.value) for row in page.rows]
        assert around == expected[max(0, place - 2) : place + 3]


async def test_a_board_of_a_past_day_and_as_of_come_from_the_ledger(stage: Stage) -> None:
    script = Script({"accounts": {"points": {}}})
    first = script.act("points.adjusted", "ann", amount=3)
    script.act("points.adjusted", "bob", amount=5)
    script.wait(clock.DAY)
    script.act("points.adjusted", "ann", amount=4)
    late = script.act("points.adjusted", "cy", at=first.time, amount=1)
    await stage.play(script.events)

    async def rows(**asked: object) -> list[tuple[int, int, int]]:
        page = await board(stage.db, COMMUNITY, "points", script.log_time, Asked(**asked))
        return [(row.rank, row.member, row.value) for row in page.rows]

    assert await rows(period="day") == [(1, token("ann"), 4)]
    yesterday = [(1, token("bob"), 5), (2, token("ann"), 3), (3, token("cy"), 1)]
    assert await rows(period="day", at=first.time) == yesterday
    assert await rows(period="day", at=first.time, around=token("ann"), limit=3) == yesterday
    assert await rows(as_of=late.time) == [(1, token("ann"), 3), (2, token("cy"), 1)]
    assert await rows(period="all") == [
        (1, token("ann"), 7),
        (2, token("bob"), 5),
        (3, token("cy"), 1),
    ]
    with pytest.raises(UnknownBoardError, match="there are points"):
        await board(stage.db, COMMUNITY, "stars", LATER, Asked())


async def test_level_history_tells_event_time_and_position(stage: Stage) -> None:
    script = Script(POLICY)
    script.act("post.created", "ann", post="p1")
    second = script.act("post.created", "ann", post="p2")
    await stage.play(script.events)
    changes = await level_history(stage.db, COMMUNITY, token("ann"), 10)
    assert [(c.from_, c.to, c.position) for c in changes] == [(1, 2, second.offset)]
    assert changes[0].at == clock.rfc3339(second.time)
