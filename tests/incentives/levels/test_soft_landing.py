"""Tiers by what a rolling window has brought, lost one at a time."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.incentives.levels.definition import Ladder
from services.incentives.policy.rehearsal import Rehearsal
from services.kit.runtime import clock
from tests.incentives.play import START, Script, Stage, token

WINDOW, GRACE, KEPT = 10, 2, 5
RUNGS = [{"name": name, "at_least": 10 * n} for n, name in enumerate(("a", "b", "c", "d"))]

POSTS = {"count": "post.created"}
SCORE = {"quality": [{"of": POSTS}], "frequency": POSTS}


def policy(**more: Any) -> dict[str, Any]:
    """A check-in gives 5 credits; a rung is 10 of the window."""
    ladder = {
        "account": "status",
        "measure": "gained",
        "days": WINDOW,
        "demotion": "grace",
        "grace_days": GRACE,
        "soft_landing_days": KEPT,
        "levels": RUNGS,
    }
    return {
        "accounts": {"points": {}, "growth": {}, "status": {"spendable": False}},
        "points": [
            {"name": "in", "on": "member.checked_in", "doer": {"status": 5}},
            {"name": "liked", "on": "reaction.added", "author": {"status": 10}},
        ],
        "ladders": {"status": {**ladder, **more}},
    }


class Story(Script):
    """What happens on which day of the script."""

    def on(self, day: int, type_: str = "time.passed", who: str | None = None, **more: Any) -> None:
        self.log_time = START + day * clock.DAY
        community = 0 if type_ == "time.passed" else 1
        self.act(type_, who, community=community, **more)


async def changes(stage: Stage) -> list[tuple[int, int]]:
    """Day of the script and rung, from 0, of each change of ann's."""
    rows = await stage.db.fetch(
        "SELECT rank, at FROM level_history WHERE member = $1 ORDER BY at", token("ann")
    )
    return [((row["at"] - START) // clock.DAY, row["rank"]) for row in rows]


def rich(**more: Any) -> Story:
    """Ann comes to the highest rung on the first day."""
    story = Story(policy(**more))
    for _ in range(6):
        story.act("member.checked_in", "ann")
    return story


async def test_one_rung_a_fall_and_each_is_kept(stage: Stage) -> None:
    story = rich()
    story.on(60)
    await stage.play(story.events)
    fallen = WINDOW + GRACE
    steps = [(fallen + KEPT * n, 2 - n) for n in range(3)]
    assert [each for each in await changes(stage) if each[0]] == steps


async def test_without_a_soft_landing_all_is_lost_at_once(stage: Stage) -> None:
    story = rich(soft_landing_days=None)
    story.on(60)
    await stage.play(story.events)
    assert [each for each in await changes(stage) if each[0]] == [(WINDOW + GRACE, 0)]


async def test_the_rung_fallen_to_is_kept_though_its_demands_held_in_between(stage: Stage) -> None:
    story = rich(days=4, grace_days=1, soft_landing_days=20)
    for _ in range(4):
        story.on(5, "member.checked_in", "ann")  # The window has 20 again: they fell on day 5.
    story.on(60)
    await stage.play(story.events)
    assert [each for each in await changes(stage) if each[0]] == [(5, 2), (25, 1), (45, 0)]


async def test_soft_falls_end_at_a_rung_that_is_kept(stage: Stage) -> None:
    story = rich(levels=[RUNGS[0], {**RUNGS[1], "kept": True}, RUNGS[2], RUNGS[3]])
    story.on(60)
    await stage.play(story.events)
    fallen = WINDOW + GRACE
    assert [each for each in await changes(stage) if each[0]] == [(fallen, 2), (fallen + KEPT, 1)]


async def test_a_rung_that_is_held_is_lost_softly_later(stage: Stage) -> None:
    story = rich(levels=[*RUNGS[:3], {**RUNGS[3], "held_days": 30}])
    story.on(40)
    await stage.play(story.events)
    fallen = 30 + GRACE
    steps = [(fallen, 2), (fallen + KEPT, 1)]
    assert [each for each in await changes(stage) if each[0]] == steps


async def test_who_climbs_again_has_no_promise_left(stage: Stage) -> None:
    story = rich(days=4, grace_days=1, soft_landing_days=20)
    for _ in range(6):
        story.on(6, "member.checked_in", "ann")
    story.on(12)
    await stage.play(story.events)
    assert [each for each in await changes(stage) if each[0]] == [(5, 2), (6, 3), (11, 2)]


async def test_what_is_undone_counts_no_more_on_its_own_day(stage: Stage) -> None:
    story = Story(policy(demotion="rolling", soft_landing_days=None))
    story.act("post.created", "ann", post="p")
    story.act("reaction.added", "bob", target="p", kind="like")
    story.on(3, "reaction.removed", "bob", target="p", kind="like")
    await stage.play(story.events)
    assert [rank for _, rank in await changes(stage)] == [1, 0]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"days": None}, "belong together"),
        ({"measure": "earned"}, "belong together"),
        ({"demotion": "never"}, "ladder with demotion"),
        ({"score": SCORE}, "a score has the place of an account"),
    ],
)
def test_what_does_not_fit_is_refused(more: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Ladder.model_validate({**policy()["ladders"]["status"], **more})


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 6)), max_size=25))
def test_no_fall_is_deeper_than_one_or_sooner_than_promised(steps: list[tuple[int, int]]) -> None:
    rehearsal, day = Rehearsal(policy(), "UTC"), 0
    for pause, times in [*steps, (60, 0)]:
        day += pause
        time = clock.rfc3339(START + day * clock.DAY)
        passing = {"type": "time.passed", "data": {}, "time": time}
        act = {"type": "member.checked_in", "member": "ann", "data": {}, "time": time}
        rehearsal.play([passing, *[act] * times])
    history = [(row[6] // clock.DAY, row[3], row[2]) for row in rehearsal.engine.outcome.levels]
    for before, after in pairwise(history):
        assert after[2] >= after[1] - 1
        if before[2] < before[1] and after[2] < after[1]:
            assert after[0] - before[0] >= KEPT
