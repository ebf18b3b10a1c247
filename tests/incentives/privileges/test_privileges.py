"""May a member: by levels reached, by spaces that are open, now and of a past."""

from typing import Any

import pytest

from services.incentives.policy.document import compile_policy
from services.incentives.privileges.grounds import Climb, Ground, Place, grounds, privileges
from services.incentives.privileges.view import may_one
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock
from tests.incentives.play import COMMUNITY, START, Script, Stage, token

POLICY: dict[str, Any] = {
    "name": "test",
    "points": [{"name": "post", "on": "post.created", "doer": {"growth": 1}}],
    "ladders": {
        "main": {
            "levels": [
                {"name": "a", "privileges": ["speak"]},
                {"name": "b", "at_least": 2, "privileges": ["early"]},
                {"name": "c", "at_least": 3},
            ]
        }
    },
    "spaces": {"core": {"roles": ["core"], "privileges": ["early", "core-chat"]}},
    "roles": {"host": {"days": 1, "privileges": ["pin"]}},
}
BOUND = compile_policy(POLICY)


def test_a_level_keeps_what_those_below_it_bring() -> None:
    climbs = {"main": [Climb(0, 1, 10), Climb(1, 0, 20), Climb(0, 2, 30)]}
    place = Place(5, climbs, {}, {})
    assert privileges(BOUND) == ["speak", "early", "core-chat", "pin"]
    assert list(grounds("early", BOUND, place)) == [Ground("level", "main", "b", 30)]
    assert list(grounds("speak", BOUND, place)) == [Ground("level", "main", "a", 5)]
    assert list(grounds("core-chat", BOUND, place)) == []


def test_since_is_when_it_was_last_reached_from_below() -> None:
    climbs = {"main": [Climb(0, 1, 10), Climb(1, 2, 20), Climb(2, 1, 30)]}
    (ground,) = grounds("early", BOUND, Place(5, climbs, {}, {}))
    assert ground.since == 10


def test_a_level_that_was_lost_brings_nothing() -> None:
    climbs = {"main": [Climb(0, 1, 10), Climb(1, 0, 20)]}
    assert list(grounds("early", BOUND, Place(5, climbs, {}, {}))) == []


async def may(stage: Stage, privilege: str, past: Past = NOW, who: str = "ann") -> bool | None:
    found = await may_one(stage.db, COMMUNITY, token(who), privilege, START + clock.DAY, past)
    return None if found is None else found.may


async def test_now_and_of_a_past(stage: Stage) -> None:
    script = Script(POLICY)
    first = script.act("post.created", "ann", post="p")
    second = script.act("post.created", "ann", post="q")
    until = clock.rfc3339(START + clock.HOUR)
    script.act("role.appointed", "ann", role="core", until=until)
    script.wait(clock.HOUR)
    script.act("time.passed", community=0)
    await stage.play(script.events)
    assert [await may(stage, each) for each in ("early", "core-chat")] == [True, False]
    assert await may(stage, "core-chat", Past(at=START + clock.HOUR - 1)) is True
    assert await may(stage, "early", Past(at=first.time)) is False
    assert await may(stage, "early", Past(at=second.time)) is True
    assert await may(stage, "early", Past(position=first.offset, seen=first.log_time)) is False
    assert await may(stage, "early", Past(at=START - 1)) is None
    assert await may(stage, "early", who="zoe") is None
    with pytest.raises(LookupError, match="there are speak, early, core-chat, pin"):
        await may(stage, "fly")


async def test_a_role_brings_its_privileges_for_its_term(stage: Stage) -> None:
    script = Script(POLICY)
    taken = script.act("role.appointed", "ann", role="host")
    await stage.play(script.events)
    assert await may(stage, "pin", Past(at=taken.time + clock.HOUR)) is True
    assert await may(stage, "pin", Past(at=taken.time - 1)) is None
    # The clock of these reads stands a day on.
    assert taken.time + clock.DAY > START + clock.DAY
    assert await may(stage, "pin") is True
    script.wait(clock.DAY)
    script.act("time.passed", community=0)
    await stage.play(script.events[-1:])
    found = await may_one(stage.db, COMMUNITY, token("ann"), "pin", script.log_time)
    assert found is not None
    assert found.may is False


async def test_the_policy_of_the_moment_judges(stage: Stage) -> None:
    script = Script(POLICY)
    script.act("post.created", "ann", post="p")
    script.act("post.created", "ann", post="q")
    before = script.events[-1]
    levels = [{"name": "a"}, {"name": "b", "at_least": 2, "privileges": ["later"]}]
    script.act("policy.published", document={**POLICY, "ladders": {"main": {"levels": levels}}})
    await stage.play(script.events)
    assert await may(stage, "later") is True
    assert await may(stage, "early", Past(at=before.time)) is True
    known = Past(position=before.offset, seen=before.log_time)
    assert await may(stage, "early", known) is True
    # Today a space alone brings it, and that is not open.
    assert await may(stage, "early") is False
