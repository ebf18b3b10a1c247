"""Anniversaries: their dates, and when they are told."""

from datetime import date
from typing import Any

import pytest

from services.incentives.anniversaries.dates import following, of
from services.incentives.anniversaries.definition import Anniversaries
from services.kit.runtime import clock
from tests.incentives.play import START, Script, Stage, token

POLICY: dict[str, Any] = {"name": "test", "anniversaries": {"days": [3, 5]}}


def day(text: str) -> int:
    return clock.day_number(date.fromisoformat(text))


@pytest.mark.parametrize(
    ("first", "after", "days", "expected"),
    [
        ("2026-03-02", "2026-03-02", (3, 5), "2026-03-05"),
        ("2026-03-02", "2026-03-05", (3, 5), "2026-03-07"),
        ("2026-03-02", "2026-03-07", (3, 5), "2027-03-02"),
        ("2026-03-02", "2030-03-02", (), "2031-03-02"),
        ("2026-03-02", "2030-03-01", (), "2030-03-02"),
        ("2024-02-29", "2026-01-01", (), "2026-02-28"),
        ("2024-02-29", "2027-06-01", (), "2028-02-29"),
        ("2026-03-02", "2020-01-01", (), "2027-03-02"),
    ],
)
def test_the_next_one(first: str, after: str, days: tuple[int, ...], expected: str) -> None:
    assert following(day(first), day(after), Anniversaries(days=days)) == day(expected)


def test_there_may_be_none() -> None:
    asked = Anniversaries(days=(3,), yearly=False)
    assert following(day("2026-03-02"), day("2026-03-05"), asked) is None


def test_a_day_may_be_two() -> None:
    asked = Anniversaries(days=(365,))
    assert list(of(day("2026-03-02"), day("2027-03-02"), asked)) == [("days", 365), ("years", 1)]
    assert list(of(day("2026-03-02"), day("2026-03-02"), asked)) == []


def told(stage: Stage) -> list[tuple[int, dict[str, Any]]]:
    return [(fact.at, fact.data) for fact in stage.facts if fact.type == "member.anniversary"]


async def test_told_as_local_days_begin(stage: Stage) -> None:
    script = Script(POLICY, "Asia/Shanghai")
    script.act("member.joined", "ann")
    script.wait(400 * clock.DAY)
    script.act("time.passed", community=0)
    await stage.play(script.events)
    midnight = START - 8 * clock.HOUR
    ann = token("ann")
    assert told(stage) == [
        (midnight + 3 * clock.DAY, {"member": ann, "days": 3}),
        (midnight + 5 * clock.DAY, {"member": ann, "days": 5}),
        (midnight + 365 * clock.DAY, {"member": ann, "years": 1}),
    ]
    assert await stage.db.fetchval("SELECT count(*) FROM agenda") == 1


async def test_who_has_left_has_none_and_who_returns_the_next(stage: Stage) -> None:
    script = Script(POLICY)
    script.act("member.joined", "ann")
    script.act("member.left", "ann")
    script.wait(4 * clock.DAY)
    script.act("member.joined", "ann")
    script.wait(4 * clock.DAY)
    script.act("time.passed", community=0)
    await stage.play(script.events)
    assert [data["days"] for _, data in told(stage)] == [5]


async def test_without_the_section_nothing_more_is_told(stage: Stage) -> None:
    script = Script(POLICY)
    script.act("member.joined", "ann")
    script.act("policy.published", document={"name": "bare"})
    script.wait(9 * clock.DAY)
    script.act("time.passed", community=0)
    await stage.play(script.events)
    assert told(stage) == []
    assert await stage.db.fetchval("SELECT count(*) FROM agenda") == 0
