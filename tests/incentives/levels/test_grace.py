"""A level that is lost with grace: its demands must not have held for so many days on end."""

from collections import Counter
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.incentives.levels.climbing import climb
from services.incentives.levels.passing import Began, look
from services.incentives.outcome import Outcome
from services.incentives.points.book import Book
from services.incentives.policy.bind import Bound
from services.incentives.policy.document import Incentives
from services.incentives.state import Member
from services.incentives.tenant import Tenant
from services.kit.actions.event import Event
from services.kit.runtime import clock
from tests.incentives.play import START, Script, Stage, token

WINDOW, GRACE = 2, 3
OVER = WINDOW + GRACE
"""Days after the last action on which the level is lost."""
SECOND = "regular"


def policy(needs: dict[str, Any], grace: int) -> dict[str, Any]:
    """Two rungs: whoever meets the needs stands on the second."""
    demotion = {"demotion": "grace", "grace_days": grace} if grace else {"demotion": "rolling"}
    rungs = [{"name": "guest"}, {"name": SECOND, "needs": [needs]}]
    return {
        "accounts": {"points": {}, "growth": {}},
        "ladders": {"main": {**demotion, "levels": rungs}},
    }


# ---- given a log, when it is folded, then


class Story(Script):
    """Ann acts on some days of the script, which begins at midnight; bob lets time pass."""

    def __init__(self) -> None:
        super().__init__(policy({"active_days": 1, "days": WINDOW}, GRACE))

    def on(self, day: int, who: str, minute: int = 0) -> "Story":
        """Somebody acts on a day; the log is as late as that."""
        self.log_time = START + day * clock.DAY + (minute - 1) * clock.MINUTE
        self.act("member.checked_in", who)
        return self


async def changes(stage: Stage) -> list[tuple[int, int]]:
    """The rungs that ann came to, from 0, each with the day of the script."""
    rows = await stage.db.fetch(
        "SELECT rank, at FROM level_history WHERE member = $1 ORDER BY at", token("ann")
    )
    return [(row["rank"], (row["at"] - START) // clock.DAY) for row in rows]


async def test_it_is_kept_until_the_grace_is_over(stage: Stage) -> None:
    story = Story().on(0, "ann", 10).on(OVER - 1, "bob", 24 * 60 - 1)
    await stage.play(story.events)
    assert await changes(stage) == [(1, 0)]


async def test_it_is_lost_at_the_midnight_on_which_the_grace_is_over(stage: Stage) -> None:
    story = Story().on(0, "ann", 10).on(OVER, "bob", 1)
    await stage.play(story.events)
    assert await changes(stage) == [(1, 0), (0, OVER)]
    lost = [fact for fact in stage.facts if fact.data.get("member") == token("ann")][-1]
    assert (lost.type, lost.at) == ("level.changed", START + OVER * clock.DAY)
    assert (lost.data["from"], lost.data["to"]) == (2, 1)


async def test_who_meets_the_demands_again_has_the_whole_grace_again(stage: Stage) -> None:
    again = OVER - 1
    story = Story().on(0, "ann", 10).on(again, "ann", 10)
    story.on(again + OVER - 1, "bob", 24 * 60 - 1).on(again + OVER, "bob", 1)
    await stage.play(story.events[:-1])
    assert await changes(stage) == [(1, 0)]
    await stage.play(story.events[-1:])
    assert await changes(stage) == [(1, 0), (0, again + OVER)]


async def test_a_restart_does_not_lengthen_it(stage: Stage) -> None:
    story = Story().on(0, "ann", 10)
    for day in range(1, OVER + 1):
        story.on(day, "bob", 1)
    for event in story.events:
        await stage.play([event])
        stage.forget()
    assert await changes(stage) == [(1, 0), (0, OVER)]


async def test_a_silence_far_longer_than_the_grace_takes_it_on_the_same_day(stage: Stage) -> None:
    story = Story().on(0, "ann", 10).on(400, "bob", 1)
    await stage.play(story.events)
    assert await changes(stage) == [(1, 0), (0, OVER)]


# ---- whatever happens

NEEDS = [
    {"active_days": 2, "days": 4},
    {"count": "member.checked_in", "at_least": 2, "days": 4},
]


class Life:
    """A member under a policy, day after day, as the fold has it; pure."""

    def __init__(self, needs: dict[str, Any], grace: int) -> None:
        self.tenant = Tenant(1, {})
        self.bound = Bound(Incentives.model_validate(policy(needs, grace)), 1, self.tenant.words)
        self.member = self.tenant.members[7] = Member(7, 0, 0)
        self.outcome = Outcome(silent=True)
        self.today = 0

    @property
    def rank(self) -> int:
        return self.member.ranks.get(self.bound.ladders[0].word, 0)

    def begins(self, day: int) -> None:
        self.today = day
        if self.member.check is not None and self.member.check <= day:
            began = Began(day, day * clock.DAY, 0, Counter(), ZoneInfo("UTC"))
            look(self.tenant, self.bound, began, Book(self.outcome), self.outcome)

    def acts(self, on: int, *, itself: bool = True) -> None:
        """Today an action arrives, of some day until today: its own, or of another to it."""
        if itself:
            self.member.acted_on(on)
        for word in self.bound.windowed:
            counted = self.member.daily.setdefault(word, {})
            counted[on] = counted.get(on, 0) + 1
        at = on * clock.DAY
        event = Event(type="member.checked_in", id="a", source="x", time=at, arrived=at)
        climb(self.bound.ladders, self.member, (at, on), self.tenant, self.outcome, event)
        if self.tenant.falling:
            self.tenant.falling.clear()
            self.member.check = self.today + 1


def met(needs: dict[str, Any], acted: set[int], day: int) -> bool:
    """Whether the demands hold at the end of a day, of who acts at most once a day."""
    wanted = needs.get("active_days", needs.get("at_least"))
    return sum(1 for on in acted if day - needs["days"] < on <= day) >= wanted


@given(st.sampled_from(NEEDS), st.integers(0, 5), st.sets(st.integers(0, 40)))
def test_a_level_stands_while_its_demands_held_on_one_of_the_days_of_grace(
    needs: dict[str, Any], grace: int, acted: set[int]
) -> None:
    life = Life(needs, grace)
    for day in range(50):
        life.begins(day)
        if day in acted:
            life.acts(day)
        held = [met(needs, acted, before) for before in range(day - grace, day + 1)]
        assert life.rank == any(held), f"day {day}"


@pytest.mark.parametrize("needs", NEEDS)
@pytest.mark.parametrize("grace", [0, 2])
def test_what_is_late_is_judged_as_of_now(needs: dict[str, Any], grace: int) -> None:
    life, other = Life(needs, grace), Life(needs, grace)
    for day in (19, 20):
        life.begins(day)
        life.acts(day)
    other.begins(20)
    other.acts(20)
    life.acts(3)
    other.acts(3)
    assert life.rank == 1  # two days of four
    assert other.rank == 0  # two days, far apart


def test_so_is_what_others_did_to_it_late() -> None:
    needs = {"count": "reaction.added", "received": True, "at_least": 2, "days": 4}
    life, other = Life(needs, 0), Life(needs, 0)
    for day in (19, 20):
        life.begins(day)
        life.acts(day, itself=False)
    other.begins(20)
    other.acts(20, itself=False)
    life.acts(3, itself=False)
    other.acts(3, itself=False)
    assert (life.rank, other.rank) == (1, 0)


LATE = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9)), min_size=5, max_size=25)
"""Of each action: days after the one before on which it arrives, and how many days late."""


@given(st.sampled_from(NEEDS), st.sampled_from([0, 2]), LATE)
def test_what_arrives_late_takes_no_level_away_and_gives_none_that_was_never_due(
    needs: dict[str, Any], grace: int, steps: list[tuple[int, int]]
) -> None:
    life, without = Life(needs, grace), Life(needs, grace)
    acted: set[int] = set()
    for days, late in steps:
        for _ in range(days):
            life.begins(life.today + 1)
            without.begins(without.today + 1)
            assert life.rank >= without.rank
        on = max(0, life.today - late)
        if on not in acted:
            acted.add(on)
            life.acts(on)
            if not late:
                without.acts(on)
        assert life.rank >= without.rank
        if not any(met(needs, acted, day) for day in range(life.today + 1)):
            assert life.rank == 0
