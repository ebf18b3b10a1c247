"""Caps, expiry and months on the nights on which a zone's clocks are changed."""

from typing import Any

import pytest

from services.incentives.policy.rehearsal import Rehearsal
from services.kit.runtime import clock
from services.kit.runtime.clock import HOUR, MINUTE
from tests.incentives.play import Script, Stage, token

POLICY: dict[str, Any] = {
    "name": "nights",
    "accounts": {"points": {"expires": {"after_days": 1}}},
    "points": [{"name": "post", "on": "post.created", "doer": {"points": 1}}],
    "caps": [{"name": "daily", "per": "day", "most": 3}],
}
BERLIN = clock.zone("Europe/Berlin")
DAYS = ["2026-03-29", "2026-10-25"]
"""Berlin's days of 23 hours and of 25."""


def hours_around(day: str) -> tuple[int, int, list[int]]:
    """The start and end of a local day, and every quarter of an hour from a day before to after."""
    start = clock.day_start(clock.parse_rfc3339(f"{day}T00:00:00Z") // clock.DAY, BERLIN)
    end = clock.day_start(clock.local_day(start, BERLIN) + 1, BERLIN)
    return start, end, list(range(start - clock.DAY, end + clock.DAY, 15 * MINUTE))


@pytest.mark.parametrize("day", DAYS)
def test_a_daily_cap_is_filled_once_on_a_day_of_any_length(day: str) -> None:
    start, end, moments = hours_around(day)
    assert end - start in (23 * HOUR, 25 * HOUR)
    uncapped = {**POLICY, "accounts": {"points": {}}}
    played, earned = Rehearsal(uncapped, "Europe/Berlin"), {}
    for n, at in enumerate(moments):
        post = {"type": "post.created", "member": "ann", "data": {"post": f"p{n}"}}
        played.play([{**post, "time": clock.rfc3339(at)}])
        earned[clock.local_day(at, BERLIN)] = played.standing("ann").accounts["points"]
    assert list(earned.values()) == [3, 6, 9]


@pytest.mark.parametrize("day", DAYS)
async def test_points_expire_once_when_their_local_day_is_over(stage: Stage, day: str) -> None:
    start, end, moments = hours_around(day)
    script = Script(POLICY, "Europe/Berlin")
    script.events.clear()
    script.log_time = moments[0] - HOUR
    script.act("community.changed", time_zone="Europe/Berlin")
    script.act("policy.published", document=POLICY)
    for n, at in enumerate(moments):
        script.log_time = at - MINUTE
        script.act("post.viewed", None, post="nothing", count=1)
        if at == start + HOUR:
            script.act("post.created", "ann", post=f"p{n}")
    await stage.play(script.events, size=1)
    rows = await stage.db.fetch(
        "SELECT why, at FROM ledger WHERE member = $1 ORDER BY at", token("ann")
    )
    assert [(row["why"], row["at"]) for row in rows[1:]] == [(7, end)]
    assert await stage.balance("ann") == 0
