"""The two pasts: what was known at a position is what a replay up to it says; as of a time agrees
where nothing was late."""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.incentives.ledger.view import ledger
from services.incentives.levels.view import level_history
from services.incentives.members.view import member
from services.incentives.privileges.view import may
from services.incentives.programmes.view import inside
from services.incentives.spaces.view import changes
from services.incentives.superusers.view import candidates
from services.incentives.terms.view import Asked, brought, terms
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock
from tests.incentives.play import COMMUNITY, START, Script, Stage, token
from tests.incentives.scripts import MEMBERS, scripts
from tests.incentives.test_properties import staged
from tests.support.depth import examples

SOME = settings(
    max_examples=examples(25),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


async def seen(stage: Stage, now: int, past: Past = NOW) -> dict[str, Any]:
    """All that is shown of everybody; without what is told of now alone, such as needs."""
    found: dict[str, Any] = {}
    for name in MEMBERS:
        view = await member(stage.db, COMMUNITY, token(name), now, past)
        if view is None:
            continue
        shown = view.model_dump()
        for level in (shown["level"], *shown["ladders"].values()):
            level.pop("next")
            level.pop("score")
        for only_now in ("available", "debts", "lots"):
            shown.pop(only_now)
        shown["access"] = await changes(stage.db, COMMUNITY, token(name), 100, past)
        asked = Asked(token(name))
        shown["terms"] = (await terms(stage.db, COMMUNITY, asked, past)).rows
        shown["brought"] = await brought(stage.db, COMMUNITY, token(name), 1, now, past)
        shown["may"] = await may(stage.db, COMMUNITY, token(name), now, past)
        shown["badges"].sort(key=lambda badge: str(badge["badge"]))
        shown["history"] = await level_history(stage.db, COMMUNITY, token(name), 100, past)
        page = await ledger(stage.db, COMMUNITY, token(name), None, 200, past)
        shown["ledger"] = page.rows
        found[name] = shown
    found["candidates"] = await candidates(stage.db, COMMUNITY, now, 0, 50, past)
    found["programme"] = await inside(stage.db, COMMUNITY, "circle", now, (0, 50), past)
    return found


@SOME
@given(scripts(), st.data())
async def test_known_at_is_a_replay_up_to_there(
    database: str, script: Script, data: st.DataObject
) -> None:
    at = data.draw(st.integers(1, len(script.events) - 1))
    last = script.events[at]
    whole = await staged(database, script, 5000)
    known = await seen(whole, last.log_time, Past(position=last.offset, seen=last.log_time))
    await whole.db.close()
    script.events = script.events[: at + 1]
    until = await staged(database, script, 5000)
    replayed = await seen(until, last.log_time)
    await until.db.close()
    assert known == replayed


@SOME
@given(scripts(late=False), st.data())
async def test_as_of_agrees_where_nothing_was_late(
    database: str, script: Script, data: st.DataObject
) -> None:
    last = script.events[data.draw(st.integers(1, len(script.events) - 1))]
    stage = await staged(database, script, 5000)
    known = await seen(stage, last.log_time, Past(position=last.offset, seen=last.log_time))
    then = await seen(stage, last.log_time, Past(at=last.time))
    await stage.db.close()
    assert known == then


async def test_both_at_once(stage: Stage) -> None:
    """A like that came late: part of its day, and not yet known the day after."""
    policy = {
        "name": "test",
        "points": [{"name": "liked", "on": "reaction.added", "author": {"points": 4}}],
    }
    script = Script(policy)
    script.act("post.created", "ann", post="p")
    script.wait(3 * clock.DAY)
    meanwhile = script.act("post.created", "bob", post="q")
    script.act("reaction.added", "bob", target="p", at=START + clock.DAY)
    await stage.play(script.events)

    async def points(past: Past) -> int:
        view = await member(stage.db, COMMUNITY, token("ann"), script.log_time, past)
        assert view is not None
        return view.points

    day = START + 2 * clock.DAY
    assert await points(Past(at=day)) == 4
    assert await points(Past(day, meanwhile.offset, meanwhile.log_time)) == 0


async def test_a_level_that_a_day_took_was_still_known_before_that_day(stage: Stage) -> None:
    levels = [{"name": "a"}, {"name": "b", "needs": [{"active_days": 1, "days": 2}]}]
    policy = {"name": "test", "ladders": {"main": {"demotion": "rolling", "levels": levels}}}
    script = Script(policy)
    script.act("post.created", "ann", post="p")
    before = script.act("post.created", "bob", post="q")
    script.wait(5 * clock.DAY)
    after = script.act("post.created", "bob", post="r")
    await stage.play(script.events)

    async def rank(past: Past) -> int:
        view = await member(stage.db, COMMUNITY, token("ann"), script.log_time, past)
        assert view is not None
        assert view.level is not None
        return view.level.rank

    assert await rank(NOW) == 1
    assert await rank(Past(position=after.offset, seen=after.log_time)) == 1
    assert await rank(Past(position=before.offset, seen=before.log_time)) == 2
    assert await rank(Past(at=before.time)) == 2
