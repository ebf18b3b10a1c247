"""Where batches are cut so that a day closes over all that came before it, and nothing after."""

import pytest

from services.incentives.outcome import Outcome
from services.incentives.tiers.closing import Change, Closed, Closings
from services.kit.communities.timeline import EVER, Community
from services.kit.projection.definition import NEVER
from services.kit.runtime import clock
from tests.incentives.play import START, Script, Stage, token

HOUR = clock.HOUR
EAST: Community[None] = Community(1, ((EVER, "Asia/Shanghai"),))
UTC: Community[None] = Community(2, ((EVER, "UTC"),))


def asked(closings: Closings, *hours: int, settled: bool = True) -> list[bool]:
    """Of records at these hours since 1970, whether each is cut before."""
    return [closings.cuts(hour * HOUR, settled, lambda: [EAST, UTC]) for hour in hours]


def known() -> Closings:
    """At ten in the evening of the first day in UTC, with all loaded."""
    closings = Closings()
    asked(closings, 22)
    closings.loaded()
    return closings


def test_each_midnight_of_each_zone_is_a_cut_and_nothing_else() -> None:
    # Midnight is at 24 in UTC, at 16 and 40 in Shanghai.
    assert asked(known(), 23, 24, 25, 39, 40, 41) == [False, True, False, False, True, False]


def test_one_record_past_many_midnights_is_one_cut() -> None:
    assert asked(known(), 23, 500, 501) == [False, True, False]


def test_after_what_may_bring_something_new_there_is_a_cut() -> None:
    closings = known()
    assert asked(closings, 22, settled=False) == [False]
    assert asked(closings, 22, 22) == [True, False]


def test_after_a_start_nothing_is_known_before_the_first_record_is_loaded() -> None:
    assert asked(Closings(), 1, 1) == [True, False]


def test_days_are_told_in_order_and_once() -> None:
    closings, outcome = Closings(), Outcome(silent=False)
    assert closings.next_told == NEVER
    same = Change(5, 1, 1, 2, 2)
    closings.told += [Closed(10, 1, 3, [same]), Closed(20, 1, 4, [Change(5, 2, 1, 2, 2)])]
    assert closings.next_told == 10
    closings.tell(outcome)
    assert (closings.next_told, outcome.facts) == (20, [])
    closings.tell(outcome)
    assert [(fact.type, fact.at, fact.data["to"]) for fact in outcome.facts] == [
        ("tier.changed", 20, "active")
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 5000])
async def test_a_new_community_that_crosses_midnight_in_its_first_batch(
    stage: Stage, size: int
) -> None:
    """Nobody has told the fold of it when the batch begins."""
    script = Script({"tiers": {}})
    script.act("post.created", "ann", post="p1")
    for number in range(2, 5):
        script.wait(clock.DAY)
        script.act("post.created", "bob", post=f"p{number}")
    await stage.play(script.events, size)
    rows = await stage.db.fetch("SELECT day, member FROM tier_history ORDER BY day")
    first = START // clock.DAY
    assert [(row["day"] - first, row["member"]) for row in rows] == [
        (1, token("ann")),
        (2, token("bob")),
    ]
