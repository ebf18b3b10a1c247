"""Boards as they are asked for: ranks as counting has them, ties, neighbours, pages, periods."""

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from services.incentives.boards import store, tree
from services.incentives.boards.definition import PERIODS, Period
from services.incentives.boards.view import Asked, UnknownBoardError, board
from services.kit.runtime import clock
from tests.incentives.boards.test_tree import SMALL
from tests.incentives.play import COMMUNITY, Script, Stage, token

Shown = list[tuple[int, int, int]]
"""Rank, member and value of rows."""


@pytest.fixture(params=["few", "small leaves", "large leaves"])
def size(request: pytest.FixtureRequest) -> Iterator[None]:
    """Read from the balances, and from trees of many leaves and of one."""
    sizes = SMALL if request.param == "small leaves" else {"MOST": tree.MOST}
    with (
        patch.object(store, "FEW", 10_000 if request.param == "few" else 0),
        patch.multiple(tree, **sizes),
    ):
        yield


def crowd(count: int) -> Script:
    """Many members with points, of which many are equal; they come over some weeks and months."""
    script = Script({"accounts": {"points": {}}})
    for number in range(count):
        amount = 1 + number * number % 17 if number % 3 else 4
        script.act("points.adjusted", f"m{number * 7 % count}", amount=amount)
        script.act("points.adjusted", f"m{number % 9}", amount=number % 2)
        if number % 11 == 0 and number < count * 2 // 3:
            script.wait(clock.DAY * 6)
    return script


async def counted(stage: Stage, period: Period) -> Shown:
    """A whole board by counting."""
    key = "0" if period == "all" else f"{period}_key"
    rows = await stage.db.fetch(
        f'WITH b AS (SELECT member, "{period}" AS value FROM balance'
        f" WHERE {key} = (SELECT max({key}) FROM balance))"
        " SELECT (SELECT 1 + count(*) FROM b o WHERE o.value > b.value) AS rank, member, value"
        " FROM b ORDER BY value DESC, member"
    )
    return [tuple(row) for row in rows]


async def asked(stage: Stage, now: int, **wanted: object) -> Shown:
    """The rows of a board."""
    page = await board(stage.db, COMMUNITY, "points", now, Asked(**wanted))  # type: ignore[arg-type]
    return [(row.rank, row.member, row.value) for row in page.rows]


@pytest.mark.usefixtures("size")
@pytest.mark.parametrize("period", PERIODS)
async def test_pages_are_as_counted(stage: Stage, period: Period) -> None:
    script = crowd(90)
    await stage.play(script.events, 7)
    seen: Shown = []
    after = None
    while True:
        wanted = Asked(period=period, after=after, limit=8)
        page = await board(stage.db, COMMUNITY, "points", script.log_time, wanted)
        assert page.source == "live"
        seen += [(row.rank, row.member, row.value) for row in page.rows]
        after = page.next
        if after is None:
            break
    expected = await counted(stage, period)
    assert seen == expected
    assert page.members == len(expected) > 3


@pytest.mark.usefixtures("size")
@pytest.mark.parametrize("period", PERIODS)
async def test_a_member_and_neighbours_are_as_counted(stage: Stage, period: Period) -> None:
    script = crowd(90)
    await stage.play(script.events, 7)
    expected = await counted(stage, period)
    for limit in (1, 5, 40):
        reach = max(1, (limit - 1) // 2)
        for place, (_, who, _) in enumerate(expected):
            around = await asked(stage, script.log_time, period=period, around=who, limit=limit)
            assert around == expected[max(0, place - reach) : place + reach + 1]


@pytest.mark.usefixtures("size")
async def test_boards_go_on_after_a_restart(stage: Stage) -> None:
    script = crowd(60)
    for start in range(0, len(script.events), 13):
        stage.forget()
        await stage.play(script.events[start : start + 13], 4)
    for period in PERIODS:
        expected = await counted(stage, period)
        assert await asked(stage, script.log_time, period=period, limit=200) == expected


@pytest.mark.usefixtures("size")
async def test_a_board_of_a_space_is_that_of_its_account(stage: Stage) -> None:
    rule = {"on": "post.created", "doer": {"oolong": 1}, "when": {"space": "oolong"}}
    script = Script({"accounts": {"oolong": {}}, "points": [{"name": "post", **rule}]})
    for n, (who, space) in enumerate([("ann", "oolong"), ("bob", "green"), ("ann", "oolong")]):
        script.act("post.created", who, space=space, post=f"p{n}")
    script.act("post.created", "cy", space="oolong", post="p9")
    await stage.play(script.events, 1)
    page = await board(stage.db, COMMUNITY, "oolong", script.log_time, Asked(period="week"))
    assert [(r.rank, r.member, r.value) for r in page.rows] == [
        (1, token("ann"), 2),
        (2, token("cy"), 1),
    ]


@pytest.mark.usefixtures("size")
async def test_who_is_not_on_the_board_has_no_place(stage: Stage) -> None:
    script = Script({"accounts": {"points": {}}})
    script.act("points.adjusted", "ann", amount=3)
    script.wait(clock.DAY)
    script.act("points.adjusted", "bob", amount=5)
    await stage.play(script.events, 1)
    assert await asked(stage, script.log_time, around=token("nobody")) == []
    assert await asked(stage, script.log_time, period="day", around=token("ann")) == []
    assert await asked(stage, script.log_time, after=(-9, 0)) == []
    tomorrow = script.log_time + clock.DAY
    page = await board(stage.db, COMMUNITY, "points", tomorrow, Asked(period="day"))
    assert (page.members, page.rows, page.next) == (0, [], None)


@pytest.mark.usefixtures("size")
async def test_a_board_of_a_past_day_and_as_of_come_from_the_ledger(stage: Stage) -> None:
    script = Script({"accounts": {"points": {}}})
    first = script.act("points.adjusted", "ann", amount=3)
    script.act("points.adjusted", "bob", amount=5)
    script.wait(clock.DAY)
    script.act("points.adjusted", "ann", amount=4)
    late = script.act("points.adjusted", "cy", at=first.time, amount=1)
    await stage.play(script.events, 1)
    now = script.log_time

    assert await asked(stage, now, period="day") == [(1, token("ann"), 4)]
    yesterday = [(1, token("bob"), 5), (2, token("ann"), 3), (3, token("cy"), 1)]
    assert await asked(stage, now, period="day", at=first.time) == yesterday
    around = {"around": token("ann"), "limit": 3}
    assert await asked(stage, now, period="day", at=first.time, **around) == yesterday
    assert await asked(stage, now, as_of=late.time) == [(1, token("ann"), 3), (2, token("cy"), 1)]
    whole = [(1, token("ann"), 7), (2, token("bob"), 5), (3, token("cy"), 1)]
    assert await asked(stage, now, period="all") == whole
    with pytest.raises(UnknownBoardError, match="there are points"):
        await board(stage.db, COMMUNITY, "stars", now, Asked())


async def test_a_board_of_the_past_pages_as_the_live_one(stage: Stage) -> None:
    script = crowd(90)
    await stage.play(script.events)
    expected, now = await counted(stage, "all"), script.log_time
    seen: Shown = []
    after = None
    while True:
        wanted = Asked(as_of=now, after=after, limit=20)
        page = await board(stage.db, COMMUNITY, "points", now, wanted)
        seen += [(row.rank, row.member, row.value) for row in page.rows]
        after = page.next
        if after is None:
            break
    assert (seen, page.source, page.members) == (expected, "ledger", len(expected))
    for place in (0, 1, 40, len(expected) - 1):
        around = await asked(stage, now, as_of=now, around=expected[place][1], limit=7)
        assert around == expected[max(0, place - 3) : place + 4]
    assert await asked(stage, now, as_of=now, around=token("nobody")) == []
