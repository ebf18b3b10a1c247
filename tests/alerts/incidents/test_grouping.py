"""Incidents of one space and playbook within 15 minutes are answered as one."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec import structs

from services.alerts.incidents.grouping import WITHIN, joined, leader, lifted
from services.alerts.incidents.model import Incident
from services.kit.runtime.clock import MINUTE
from tests.alerts.scene import Script as Story
from tests.alerts.scene import World, quiet_weeks
from tests.alerts.test_fold import sinking, spike

AT = 1_000_000_000


def incident(id_: str, at: int = AT, priority: int = 3, **more: Any) -> Incident:
    made = Incident(id_, "R5", "flood", "", 0, priority, "golden-30", at, at)
    return structs.replace(made, **more)


@pytest.mark.parametrize(
    ("more", "joins"),
    [
        ({}, True),
        ({"detected_at": AT + WITHIN}, True),
        ({"detected_at": AT + WITHIN + 1}, False),
        ({"space": 4}, False),
        ({"playbook": "by-hand"}, False),
        ({"historical": True}, False),
    ],
)
def test_who_joins(more: dict[str, Any], joins: bool) -> None:
    first = incident("first")
    assert (leader([first], incident("second", **more)) is first) is joins


def test_a_part_and_a_resolved_one_lead_nobody() -> None:
    first, second = incident("first"), incident("second", AT + MINUTE)
    assert leader([second, first], incident("third")) is first
    part, over = joined(second, first), incident("over", AT - MINUTE, state="resolved")
    assert leader([part, over], incident("third")) is None


def test_the_highest_priority_holds_for_all() -> None:
    first, second = incident("first", priority=3), incident("second", priority=1)
    assert lifted(first, second, AT).priority == 1
    assert lifted(second, first, AT) is second
    assert joined(first, second).priority == 1


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    made = await World.new(database)
    yield made
    await made.close()


async def test_two_rules_with_one_playbook_start_one_clock(world: World, database: str) -> None:
    story = Story()
    story.policy(AT, alerts={"rules": {"ugc_share": {"playbook": "golden-30"}}})
    story.add("role.appointed", AT + 1, 1, role="staff")
    quiet_weeks(story, 12)
    sinking(story, 12, 10)
    await world.run(story.events)
    (share,) = await world.incidents()
    assert (share["rule"], share["priority"]) == ("R2", 3)

    until = Story()
    until.events = [each for each in story.events if each.log_time <= share["detected_at"]]
    spike(until, share["detected_at"] + 5 * MINUTE)
    again = await World.new(database, "alerts_2")
    await again.run(until.events)
    found = {each["rule"]: each for each in await again.incidents()}
    await again.close()
    assert found["R4"]["group"] == share["id"]
    assert "steps" not in found["R4"]
    assert found["R2"]["priority"] == found["R4"]["priority"] == 1
    assert found["R2"]["steps"][0]["name"] == "isolate"
    raised = [f.data["incident"] for f in again.facts if f.type == "incident.raised"]
    assert share["id"] in raised
