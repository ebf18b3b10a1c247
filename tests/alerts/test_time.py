"""Time: what is imported, what is late, what the clock closes."""

from collections.abc import AsyncIterator

import pytest

from services.kit.runtime import clock
from services.kit.runtime.clock import HOUR, MINUTE
from tests.alerts.scene import Script, World, day, quiet_weeks


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    made = await World.new(database)
    yield made
    await made.close()


async def test_imported_spike_is_history(world: World) -> None:
    script = Script()
    for n in range(3):
        for k in range(30):
            script.add(
                "post.created", day(n, 9), 100 + k, post=f"{n}-{k}", imported="i", arrived=day(90)
            )
    for k in range(30):
        script.add(
            "complaint.filed", day(2, 20) + k * 20_000_000, 100 + k, imported="i", arrived=day(90)
        )
    await world.run(script.events)
    (incident,) = await world.incidents()
    assert incident["historical"] is True
    assert [step.get("deadline") for step in incident["steps"]] == [None, None, None]
    assert world.facts == []


async def test_imported_history_moves_no_clock_of_a_live_community(world: World) -> None:
    script = Script()
    quiet_weeks(script, 4)
    await world.run(script.events)
    (before,) = await world.rows("head")
    script.add("import.started", day(4), **{"import": "i"})
    for k in range(40):
        script.add(
            "complaint.filed", day(3, 22) + k * MINUTE, 100 + k, imported="i", arrived=day(4)
        )
    script.add("import.ended", day(4), **{"import": "i"})
    await world.run(script.events[-42:])
    (after,) = await world.rows("head")
    assert after["seen"] == before["seen"]
    assert after["recheck"] == day(4) + 1
    assert await world.incidents() == []


async def test_late_events_restate_and_leave_a_correction(world: World) -> None:
    script = Script()
    quiet_weeks(script, 6)
    script.add("post.created", day(1, 10), 999, post="late", arrived=day(5, 23))
    await world.run(script.events)
    rows = {(r["span"], r["counter"]): r["delta"] for r in await world.rows("correction")}
    assert rows[2, "messages"] == rows[2, "messages.ugc"] == rows[2, "active"] == 1
    assert rows[1, "messages"] == 1
    day_rows = [
        r for r in await world.rows("tally") if r["counter"] == "messages" and r["span"] == 2
    ]
    assert sorted(r["n"] for r in day_rows if r["space"] == 0) == [38, 38, 38, 38, 38, 39]


async def test_late_data_that_fires_a_rule_is_a_correction(world: World) -> None:
    script = Script()
    script.add("role.appointed", day(0, 1), 1, role="staff")
    quiet_weeks(script, 9)
    for k in range(2500):
        script.add("post.created", day(6, 3) + k * 1000, 1, post=f"flood{k}", arrived=day(9))
    script.tick(day(9) + 2 * MINUTE)
    await world.run(script.events)
    changes = await world.rows("rule_change")
    fired = [c for c in changes if c["state"] == "firing"]
    assert [(c["rule"], c["correction"]) for c in fired] == [("R2", True)]


async def test_the_clock_closes_the_days_of_a_silent_community(world: World) -> None:
    script = Script()
    quiet_weeks(script, 1)
    await world.run(script.events)
    assert world.fold is not None
    (head,) = await world.rows("head")
    assert world.fold.next_due == day(1, 24) + HOUR
    script.tick(day(1, 24) + HOUR)
    await world.run(script.events[-1:])
    (after,) = await world.rows("head")
    assert after["closed_day"] == head["closed_day"] + 1
    assert world.fold.next_due == day(2, 24) + HOUR


@pytest.mark.parametrize("zones", [("Europe/Berlin", "Asia/Shanghai"), ("Asia/Shanghai", "UTC")])
async def test_the_clock_closes_days_across_a_change_of_zone(
    world: World, zones: tuple[str, str]
) -> None:
    script = Script()
    script.add("community.changed", day(0, 0), time_zone=zones[0])
    quiet_weeks(script, 2)
    script.add("community.changed", day(1, 18), time_zone=zones[1])
    script.tick(day(7))
    await world.run(script.events)
    assert world.fold is not None
    (head,) = await world.rows("head")
    last = clock.local_day(day(7) - clock.DAY - HOUR, clock.zone(zones[1])) - 1
    assert head["closed_day"] == last
    ends = clock.day_start(last + 2, clock.zone(zones[1]))
    assert (head["close_at"], world.fold.next_due) == (
        ends + clock.DAY,
        ends + clock.DAY + HOUR,
    )
