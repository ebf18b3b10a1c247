"""Segments: who belongs, by level, accounts, counts, labels and answers."""

from typing import Any

import pytest

from services.incentives.policy.commands import check
from services.incentives.segments.view import AT_ONCE, Belongs, everybody, page, reading
from services.kit.runtime import clock
from tests.incentives.play import COMMUNITY, START, Script, Stage, token

LADDER = {"main": {"levels": [{"name": "a"}, {"name": "b", "at_least": 2}]}}


def policy(**when: Any) -> dict[str, Any]:
    return {
        "name": "test",
        "points": [{"name": "post", "on": "post.created", "doer": {"points": 5, "growth": 1}}],
        "ladders": LADDER,
        "badges": {"first": {"kind": "count", "action": "post.created"}},
        "spaces": {"writers": {"needs": [{"count": "post.created", "at_least": 2}]}},
        "segments": {"some": {"when": {name.replace("__", "."): it for name, it in when.items()}}},
    }


def lived(document: dict[str, Any]) -> Script:
    """Ann wrote twice, Bob once and long ago, Cy only came; they differ in labels and answers."""
    script = Script(document)
    script.act("post.created", "bob", post="p1")
    script.act("survey.answered", "bob", instrument="nps", score=9)
    script.act("survey.answered", "bob", instrument="nps", score=3)
    script.wait(10 * clock.DAY)
    script.act("post.created", "ann", post="p2")
    script.act("post.created", "ann", post="p3")
    script.act("reaction.added", "ann", target="p1", kind="like")
    script.act("member.described", "ann", attributes={"city": "上海", "skin": "dry"})
    script.act("member.described", "ann", attributes={"skin": ""})
    script.act("role.appointed", "cy", role="staff")
    return script


async def some(stage: Stage, script: Script) -> list[Belongs]:
    await stage.play(script.events)
    asked = await reading(stage.db, COMMUNITY, "some", script.log_time)
    return (await page(stage.db, COMMUNITY, asked, -1, 50)).rows


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        ({"level": {"at_least": 2}}, {"ann"}),
        ({"level__main": 1}, {"bob", "cy"}),
        ({"account__points": {"between": [5, 9]}}, {"bob"}),
        ({"count__post.created": {"at_least": 1}}, {"ann", "bob"}),
        ({"received__reaction.added": 1}, {"bob"}),
        ({"badges": "first"}, {"ann", "bob"}),
        ({"spaces": "writers"}, {"ann"}),
        ({"roles": "regular"}, {"ann", "bob"}),
        ({"active_days": 0}, {"cy"}),
        ({"idle_days": {"at_least": 9}}, {"bob"}),
        ({"member_days": {"at_most": 1}}, {"ann", "cy"}),
        ({"attribute__city": "上海"}, {"ann"}),
        ({"attribute__skin": {"present": True}}, set()),
        ({"nps": {"at_most": 6}}, {"bob"}),
        ({"nps": {"present": False}, "roles": "regular"}, {"ann"}),
    ],
)
async def test_who_belongs(stage: Stage, when: dict[str, Any], expected: set[str]) -> None:
    rows = await some(stage, lived(policy(**when)))
    assert {row.member for row in rows} == {token(name) for name in expected}


async def test_a_row_shows_what_the_segment_asks_about(stage: Stage) -> None:
    (row,) = await some(stage, lived(policy(level=2, attribute__city={"present": True})))
    assert row.fields == {"level": 2, "attribute.city": "上海"}
    assert row.attributes == {"city": "上海"}


async def test_every_member_is_looked_at_once(stage: Stage) -> None:
    script = Script(policy(active_days=1))
    for number in range(AT_ONCE + 5):
        script.act("member.checked_in", f"m{number}")
    await stage.play(script.events)
    asked = await reading(stage.db, COMMUNITY, "some", START)
    found = [row.member async for rows in everybody(stage.db, COMMUNITY, asked) for row in rows]
    assert len(found) == len(set(found)) == AT_ONCE + 5
    first = await page(stage.db, COMMUNITY, asked, -1, 7)
    assert first.next is not None
    rest = await page(stage.db, COMMUNITY, asked, first.next, 10_000)
    assert [row.member for row in (*first.rows, *rest.rows)] == found
    assert rest.next is None


async def test_labels_have_a_history(stage: Stage) -> None:
    await stage.play(lived(policy(level=1)).events)
    rows = await stage.db.fetch('SELECT name, value FROM attribute ORDER BY "offset", name')
    assert [tuple(row) for row in rows] == [("city", "上海"), ("skin", "dry"), ("skin", "")]


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ({}, "at least 1 item"),
        ({"colour": 1}, "no such field; allowed are level"),
        ({"count__post.craeted": 1}, "no such action type: post.craeted"),
        ({"level__x": 1}, "segment some names the ladder x; there are main"),
        ({"account__x": 1}, "segment some names the account x"),
        ({"level": {"atleast": 1}}, ""),
    ],
)
def test_what_is_wrong_is_said(when: dict[str, Any], words: str) -> None:
    faults = check(policy(**when))
    assert any(words in fault.detail for fault in faults), faults
