"""Days and deadlines on the nights on which a zone's clocks are changed."""

from collections.abc import AsyncIterator

import pytest

from services.alerts.state import NO_DAY
from services.kit.runtime import clock
from services.kit.runtime.clock import HOUR, MINUTE
from services.kit.runtime.clock import parse_rfc3339 as instant
from tests.alerts.scene import Script, World

CHANGES = ["2026-03-29T01:00:00Z", "2026-10-25T01:00:00Z"]
"""Berlin's clocks go an hour forwards, and an hour backwards."""
BERLIN = clock.zone("Europe/Berlin")


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    made = await World.new(database)
    yield made
    await made.close()


@pytest.mark.parametrize("change", CHANGES)
async def test_each_day_closes_once_and_at_its_own_end(world: World, change: str) -> None:
    """Somebody speaks every two hours, and the clock of the log is looked at every ten minutes."""
    script, begun = Script(), instant(change) - 50 * HOUR
    script.add("community.changed", begun, time_zone="Europe/Berlin")
    for n in range(60):
        script.add("post.created", begun + 2 * n * HOUR, 100 + n % 3, post=f"p{n}")
        for k in range(1, 12):
            script.tick(begun + 2 * n * HOUR + k * 10 * MINUTE)
    closed: list[tuple[int, int]] = []
    for event in script.events:
        await world.run([event])
        (head,) = await world.rows("head")
        if head["closed_day"] == NO_DAY:
            continue
        if not closed or head["closed_day"] != closed[-1][0]:
            closed.append((head["closed_day"], event.log_time))
    days = [day for day, _ in closed]
    assert days == list(range(days[0], days[0] + len(days)))
    assert len(days) >= 4
    for day, at in closed[1:]:
        last = clock.day_start(day + 1, BERLIN) + clock.DAY
        assert last <= at <= last + 2 * HOUR, clock.as_date(day)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("before", [1, 5, 20])
async def test_each_step_is_due_once_whatever_the_clocks_show(
    world: World, change: str, before: int
) -> None:
    """An incident opens some minutes before the clocks are changed."""
    script, opened = Script(), instant(change) - before * MINUTE
    script.add("community.changed", opened - HOUR, time_zone="Europe/Berlin")
    for n in range(60):
        script.add("complaint.filed", opened, 100 + n)
    for minute in range(1, 3 * 60):
        script.tick(opened + minute * MINUTE)
    await world.run(script.events, batch=1)
    (incident,) = await world.incidents()
    due = [opened + minutes * MINUTE for minutes in (3, 13, 30)]
    assert [step["deadline"] for step in incident["steps"]] == due
    told = [fact for fact in world.facts if fact.type == "incident.step_breached"]
    assert [fact.at for fact in told] == due
    assert len({fact.id for fact in told}) == 3
