"""What the gateway reads: metrics, rules, incidents; and the orders it takes."""

from collections.abc import AsyncIterator

import pytest

from services.alerts.incidents import commands
from services.alerts.incidents import view as incidents
from services.alerts.metrics import view as metrics
from services.alerts.metrics.catalogue import metrics as catalogue
from services.alerts.rules import view as rules
from services.kit.runtime.clock import MINUTE
from services.kit.runtime.database import migrate
from services.kit.runtime.migrations import folders
from tests.alerts.scene import TEA, Script, World, day


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    await migrate(database, folders())
    made = await World.new(database)
    yield made
    await made.close()


def weeks(days: int) -> Script:
    script = Script()
    script.add("role.appointed", day(0, 1), 1, role="staff")
    for n in range(days):
        for k in range(20):
            script.add("post.created", day(n, 8 + k / 4), 100 + k, post=f"p{n}-{k}", space="oolong")
        for k in range(5):
            script.add("post.created", day(n, 14), 1, post=f"s{n}-{k}")
        script.add("reaction.added", day(n, 15), 200 + n, target="p")
    return script


async def test_a_post_moves_the_open_window_at_once(world: World) -> None:
    script = weeks(3)
    await world.run(script.events)
    now = day(2, 16)
    before = await metrics.metric(world.db, TEA, "ugc_share", now=now, window="day")
    assert (before.numerator, before.denominator, before.value) == (20, 25, 0.8)
    assert before.window.closed is False
    script.add("post.created", now, 300, post="one more")
    await world.run(script.events[-1:])
    after = await metrics.metric(world.db, TEA, "ugc_share", now=now, window="day")
    assert (after.numerator, after.denominator) == (21, 26)
    assert after.extra["guessed_share"] == 1.0


async def test_open_and_closed_stand_side_by_side(world: World) -> None:
    await world.run(weeks(10).events)
    found = await metrics.metric(world.db, TEA, "active_members", now=day(9, 16), window="week")
    assert found.value == 27  # twenty who write, and one more who only reacts each day
    assert found.window.model_dump(by_alias=True) == {
        "from": "2026-03-03T16:00:00Z", "to": "2026-03-10T16:00:00Z", "closed": False,
    }  # fmt: skip
    assert found.closed is not None
    assert found.closed.window.closed is True
    assert found.closed.window.ends == "2026-03-08T16:00:00Z"


async def test_series_and_definitions(world: World) -> None:
    await world.run(weeks(10).events)
    found = await metrics.metric(
        world.db,
        TEA,
        "active_members",
        now=day(9, 16),
        window="day",
        begins=day(4, 0),
        ends=day(9, 0),
    )
    assert [point.value for point in found.series] == [21] * 5
    assert [point.window.closed for point in found.series] == [True] * 4 + [False]
    assert (found.definition.row, found.definition.version) == ("M1", 1)
    hours = await metrics.metric(
        world.db, TEA, "active_members", now=day(9, 16), window="hour",
        begins=day(8, 8), ends=day(8, 12),
    )  # fmt: skip
    assert [point.value for point in hours.series] == [4, 4, 4, 4]


async def test_a_space_has_its_own_numbers(world: World) -> None:
    await world.run(weeks(10).events)
    found = await metrics.metric(
        world.db, TEA, "ugc_share", now=day(9, 16), window="7d", space="oolong"
    )
    assert (found.value, found.denominator) == (1.0, 140)
    with pytest.raises(LookupError, match="nowhere"):
        await metrics.metric(world.db, TEA, "ugc_share", now=day(9), space="nowhere")
    with pytest.raises(ValueError, match="by day"):
        await metrics.metric(world.db, TEA, "ugc_share", now=day(9), window="hour", space="oolong")


async def test_presence_names_its_basis(world: World) -> None:
    script = weeks(3)
    await world.run(script.events)
    found = await metrics.metric(world.db, TEA, "speaking_rate", now=day(2, 16), window="day")
    assert (found.numerator, found.denominator, found.extra["basis"]) == (20, 23, "joins")
    script.add("community.census", day(2, 15), present=80)
    await world.run(script.events[-1:])
    found = await metrics.metric(world.db, TEA, "speaking_rate", now=day(2, 16), window="day")
    assert (found.value, found.extra["basis"]) == (0.25, "census")
    assert found.closed is not None
    assert found.closed.extra["basis"] == "joins"


async def test_nothing_gives_null_with_a_reason(world: World) -> None:
    found = await metrics.metric(world.db, TEA, "ugc_share", now=day(0))
    assert (found.value, found.reason, found.closed) == (None, "zero_denominator", None)
    everything = await metrics.all_metrics(world.db, TEA, now=day(0))
    assert {each.metric for each in everything} == set(catalogue())
    with pytest.raises(LookupError, match="ugc_share"):
        await metrics.metric(world.db, TEA, "joy", now=day(0))
    with pytest.raises(LookupError, match="7d"):
        await metrics.metric(world.db, TEA, "stickiness", now=day(0), window="7d")


async def test_stickiness(world: World) -> None:
    await world.run(weeks(30).events)
    found = await metrics.metric(world.db, TEA, "stickiness", now=day(29, 16))
    assert found.value == pytest.approx(21 / 48)


async def test_rules_and_incidents(world: World) -> None:
    script = weeks(3)
    for k in range(30):
        script.add("complaint.filed", day(3, 20) + k * MINUTE // 3, 100 + k, space="help")
    await world.run(script.events)
    states = {rule.rule: rule for rule in await rules.states(world.db, TEA)}
    assert (states["R4"].state, states["R1"].state) == ("firing", "inactive")
    assert states["R4"].incident is not None
    assert [c.state for c in await rules.changes(world.db, TEA, "R4")] == ["firing", "pending"]

    page = await incidents.page(world.db, TEA)
    (incident,) = page.incidents
    assert page.after is None
    assert (incident.priority, incident.rule, incident.notified_at) == ("P1", "R4", None)
    assert [step.name for step in incident.steps] == ["isolate", "empathise", "compensate"]
    assert await incidents.one(world.db, TEA, incident.id) == incident
    assert (await incidents.page(world.db, TEA, state="resolved")).incidents == []
    assert (await incidents.page(world.db, 99)).incidents == []
    with pytest.raises(LookupError):
        await incidents.one(world.db, 99, incident.id)


async def test_orders_become_actions_or_say_why_not(world: World) -> None:
    script = weeks(3)
    for k in range(30):
        script.add("complaint.filed", day(3, 20) + k * MINUTE // 3, 100 + k)
    await world.run(script.events)
    (incident,) = (await incidents.page(world.db, TEA)).incidents
    by = commands.Order(by="Lin")
    type_, data = await commands.acknowledge(world.db, TEA, incident.id, by)
    assert (type_, data) == ("incident.acknowledged", {"incident": incident.id, "by": "Lin"})
    script.add(type_, script.events[-1].time + 1, **data)
    type_, data = await commands.complete_step(world.db, TEA, incident.id, "isolate", by)
    script.add(type_, script.events[-1].time + 1, **data)
    await world.run(script.events[-2:])
    with pytest.raises(commands.RefusedError, match="acknowledged already"):
        await commands.acknowledge(world.db, TEA, incident.id, by)
    with pytest.raises(commands.RefusedError, match="completed already"):
        await commands.complete_step(world.db, TEA, incident.id, "isolate", by)
    with pytest.raises(LookupError, match="compensate"):
        await commands.complete_step(world.db, TEA, incident.id, "dance", by)
    with pytest.raises(LookupError):
        await commands.resolve(world.db, TEA, "r4-none", by)
    assert (await commands.resolve(world.db, TEA, incident.id, by))[0] == "incident.resolved"
