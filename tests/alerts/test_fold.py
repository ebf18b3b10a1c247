"""The fold against real tables: counts, closing, judging, and that batches leave no trace."""

import random
from collections.abc import AsyncIterator

import pytest

from services.kit.runtime.clock import MINUTE
from tests.alerts.scene import Script, World, day, quiet_weeks


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    made = await World.new(database)
    yield made
    await made.close()


def sinking(script: Script, first: int, days: int, posts: int = 60) -> None:
    """Days on which staff drown out members."""
    for n in range(first, first + days):
        for k in range(3):
            script.add("post.created", day(n, 9 + k), 100 + k, post=f"p{n}-{k}")
        for k in range(posts):
            script.add("post.created", day(n, 12 + k / 10), 1, post=f"s{n}-{k}")


def spike(script: Script, at: int, people: int = 30) -> None:
    for k in range(people):
        script.add("complaint.filed", at + k * 20_000_000, 100 + k, space="help", about="parcel")


def whole_story() -> Script:
    rng = random.Random(11)
    script = Script()
    script.policy(day(0, 0), health={"benchmarks": {"complaint_rate": 5}})
    script.add("role.appointed", day(0, 1), 1, role="staff")
    script.add("role.appointed", day(0, 1), 2, role="executive")
    for n in range(12):
        for k in range(25):
            at = day(n, 8 + k / 2)
            script.add(
                "post.created", at, 100 + k, post=f"p{n}-{k}", space=rng.choice(["a", "b", None])
            )
            if k % 3 == 0:
                script.add("reply.created", at + MINUTE, 100 + (k * 7) % 30, post=f"r{n}-{k}")
            if k % 5 == 0:
                script.add("reaction.added", at + 2 * MINUTE, 101, target=f"p{n}-{k}")
            if k % 11 == 0:
                script.add("complaint.filed", at + 3 * MINUTE, 200 + k)
        if n == 6:
            script.add("content.relabelled", day(n, 22), post="p5-3", kind="support")
            script.add("post.created", day(2, 10), 150, post="late", arrived=day(n, 22))
            script.add("member.left", day(n, 22.5), 103)
        if n == 7:
            script.add("community.changed", day(n, 21), time_zone="Europe/Berlin")
    sinking(script, 12, 10)
    spike(script, day(22, 20))
    script.add("thread.moved", day(22, 20) + 9 * MINUTE, 1, thread="p5-3", to_space="吐槽专区")
    script.add("reply.created", day(22, 20.3), 2, post="sorry")
    for n in range(23, 27):
        script.add("post.created", day(n), 100, post=f"after{n}")
        script.tick(day(n, 20))
    return script


async def test_batches_leave_no_trace(database: str) -> None:
    events = whole_story().events
    found = []
    for size, reopen in ((5000, False), (7, False), (1, True), (50, True)):
        world = await World.new(database, f"alerts_{size}")
        await world.run(events, size, reopen=reopen)
        found.append((await world.hashes(), [(f.id, f.type, f.at) for f in world.facts]))
        assert not world.dead
        await world.close()
    for other in found[1:]:
        assert other == found[0]
    assert any(type_ == "incident.opened" for _, type_, _ in found[0][1])


async def test_members_and_staff_are_told_apart(world: World) -> None:
    script = Script()
    script.add("role.appointed", day(0, 1), 1, role="staff")
    quiet_weeks(script, 1)
    await world.run(script.events)
    counts = {
        row["counter"]: row["n"]
        for row in await world.rows("tally")
        if row["span"] == 2 and row["space"] == 0
    }
    assert counts == {
        "active": 30, "speakers": 30, "present": 30, "messages": 38, "messages.ugc": 30,
        "messages.official": 8, "messages.guessed": 38, "threads": 38, "threads.regular": 30,
    }  # fmt: skip


async def test_sinking_ugc_opens_an_incident_and_recovery_resolves_it(world: World) -> None:
    script = Script()
    script.add("role.appointed", day(0, 1), 1, role="staff")
    quiet_weeks(script, 8)
    sinking(script, 8, 9)
    await world.run(script.events)
    (incident,) = await world.incidents()
    assert (incident["rule"], incident.get("state", "open"), incident["priority"]) == (
        "R2",
        "open",
        3,
    )
    assert (await world.rule("R2"))["state"] == "firing"
    assert [f.type for f in world.facts] == ["rule.fired", "incident.opened"]

    more = Script()
    more.events, more._log_time = list(script.events), script._log_time
    for n in range(17, 27):
        for k in range(40):
            more.add("post.created", day(n, 9 + k / 10), 100 + k, post=f"m{n}-{k}")
    await world.run(more.events[len(script.events) :])
    (incident,) = await world.incidents()
    assert incident["state"] == "resolved"
    assert [f.type for f in world.facts][2:] == [
        "incident.step_breached",  # nobody reviewed within three days
        "rule.cleared",
        "incident.resolved",
    ]


async def test_spike_alarms_in_the_open_minute_and_steps_are_proved(world: World) -> None:
    script = Script()
    script.add("role.appointed", day(0, 1), 1, role="staff")
    script.add("role.appointed", day(0, 1), 2, role="executive")
    quiet_weeks(script, 3)
    start = day(3, 20)
    spike(script, start)
    await world.run(script.events)
    (incident,) = await world.incidents()
    assert (incident["rule"], incident["priority"]) == ("R4", 1)
    assert incident["detected_at"] - start <= 5 * MINUTE
    assert incident["happened_at"] <= start + MINUTE
    assert incident["evidence"]["spaces"] == ["help"]
    changes = [row["state"] for row in await world.rows("rule_change") if row["rule"] == "R4"]
    assert changes == ["pending", "firing"]
    deadlines = [step["deadline"] - incident["detected_at"] for step in incident["steps"]]
    assert deadlines == [3 * MINUTE, 13 * MINUTE, 30 * MINUTE]

    opened, last = incident["detected_at"], script.events[-1].time
    script.add("thread.moved", last + MINUTE, 1, thread="t", to_space="吐槽专区")
    script.add("reply.created", opened + 12 * MINUTE, 2, post="sorry")
    script.tick(opened + 31 * MINUTE)
    await world.run(script.events[len(script.events) - 3 :])
    (incident,) = await world.incidents()
    isolate, empathise, compensate = incident["steps"]
    assert (isolate["on_time"], isolate["breached_at"]) == (False, opened + 3 * MINUTE)
    assert (empathise["on_time"], empathise.get("breached_at")) == (True, None)
    assert compensate["breached_at"] == opened + 30 * MINUTE
    breaches = [f.id.rsplit("/", 1)[1] for f in world.facts if f.type == "incident.step_breached"]
    assert breaches == ["isolate", "compensate"]


async def test_spike_calms_down(world: World) -> None:
    script = Script()
    quiet_weeks(script, 3)
    spike(script, day(3, 20))
    for k in range(60):
        script.add("reaction.added", day(3, 20.2) + k * MINUTE, 100, target="x")
    await world.run(script.events)
    assert (await world.rule("R4"))["state"] in ("resolved", "inactive")
    (incident,) = await world.incidents()
    assert incident["state"] == "resolved"
    assert incident["resolved_by"] == "rule"


async def test_orders_apply_or_are_refused_with_a_reason(world: World) -> None:
    script = Script()
    quiet_weeks(script, 3)
    spike(script, day(3, 20))
    await world.run(script.events)
    (incident,) = await world.incidents()
    id_, n = incident["id"], len(script.events)
    at = script.events[-1].time
    script.add("incident.acknowledged", at + 1, incident=id_, by="Lin")
    script.add("incident.acknowledged", at + 2, incident=id_, by="Wu")
    script.add("incident.step_completed", at + 3, incident=id_, step="compensate", by="Lin")
    script.add("incident.step_completed", at + 4, incident=id_, step="dance")
    script.add("incident.resolved", at + 5, incident=id_, by="Lin")
    script.add("incident.resolved", at + 6, incident=id_)
    script.add("complaint.filed", at + 7, 999)
    await world.run(script.events[n:])
    (incident,) = await world.incidents()
    assert (incident["acknowledged_by"], incident["resolved_by"]) == ("Lin", "Lin")
    assert incident["steps"][2]["on_time"] is True
    reasons = {row["at"] - at: row["reason"] for row in await world.rows("refusal")}
    assert set(reasons) == {2, 4, 6}
    assert "isolate" in reasons[4]
    assert (await world.rule("R4"))["state"] == "resolved"


def with_poison(poisoned: bool) -> Script:
    """The same days twice, once with events in them that cannot be folded."""
    script = Script()
    quiet_weeks(script, 2)
    at = day(2, 0) + 10 * MINUTE  # the first of these would close a day, and then raises
    if poisoned:
        script.add("role.appointed", at, 5, role="staff", until="soon")
        script.add("post.created", at, 5)
        script.add("community.changed", at, time_zone="Mars/Olympus")
        script.add("policy.published", at, document={"health": {"active": 3}})
        script.add("post.created", "9998-01-01T00:00:00Z", 5, post="x", arrived=at)
        script.add("incident.acknowledged", at)
    script.add("reaction.added", day(1, 20), 100, target="p", arrived=at)
    return script


async def test_an_event_that_raises_leaves_no_trace(database: str) -> None:
    found = []
    for poisoned in (True, False):
        world = await World.new(database, f"poisoned_{poisoned}")
        await world.run(with_poison(poisoned).events)
        assert len(world.dead) == 6 * poisoned
        assert world.fold is not None
        found.append((await world.hashes(), world.fold.next_due, world.facts))
        await world.close()
    assert found[0] == found[1]


async def test_a_label_moves_the_counts(world: World) -> None:
    script = Script()
    script.add("post.created", day(0), 100, post="p", space="a")
    script.add("content.relabelled", day(0, 13), post="p", kind="commercial")
    await world.run(script.events, 1)
    rows = await world.rows("tally")
    counts = {r["counter"]: r["n"] for r in rows if r["span"] == 2 and r["space"] == 1}
    assert counts["messages"] == counts["messages.commercial"] == 1
    assert counts["messages.ugc"] == counts["messages.guessed"] == 0
