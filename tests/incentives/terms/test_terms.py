"""Roles with a term, from appointment to what the term brought."""

from typing import Any

import pytest

from services.incentives.members.view import member
from services.incentives.terms.view import Asked, Brought, TermView, brought, terms
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock
from tests.incentives.play import COMMUNITY, START, Script, Stage, token

POLICY: dict[str, Any] = {
    "name": "test",
    "points": [
        {"name": "post", "on": "post.created", "doer": {"points": 2}},
        {"name": "hosted", "on": "post.created", "when": {"role": "host"}, "doer": {"points": 5}},
    ],
    "roles": {"host": {"title": "Host", "days": 7}, "partner": {}},
}


def day(number: float) -> str:
    return clock.rfc3339(START + round(number * clock.DAY))


async def shown(stage: Stage, who: str = "ann", past: Past = NOW, **asked: Any) -> list[TermView]:
    """The earliest first."""
    page = await terms(stage.db, COMMUNITY, Asked(token(who), **asked), past)
    return page.rows[::-1]


async def states(stage: Stage, who: str = "ann", past: Past = NOW) -> list[tuple[str, str, Any]]:
    return [(each.role, each.state, each.because) for each in await shown(stage, who, past)]


async def roles(stage: Stage, now: int, past: Past = NOW) -> list[str]:
    page = await member(stage.db, COMMUNITY, token("ann"), now, past)
    assert page is not None
    return page.roles


async def test_a_term_has_the_days_the_policy_says_and_ends_by_itself(stage: Stage) -> None:
    script = Script(POLICY)
    taken = script.act("role.appointed", "ann", role="host", space="oolong")
    script.wait(8 * clock.DAY)
    after = script.act("time.passed", community=0)
    await stage.play(script.events)
    (term,) = await shown(stage)
    ends = taken.time + 7 * clock.DAY
    assert (term.title, term.space, term.state, term.because) == ("Host", "oolong", "ended", "over")
    assert (term.begins, term.ends) == (clock.rfc3339(taken.time), clock.rfc3339(ends))
    assert [(fact.type, fact.at) for fact in stage.facts] == [
        ("role.term_began", taken.time),
        ("role.term_ended", ends),
    ]
    assert await states(stage, past=Past(at=ends - 1)) == [("host", "open", None)]
    known = Past(position=taken.offset, seen=taken.log_time)
    assert await states(stage, past=known) == [("host", "open", None)]
    assert await roles(stage, after.log_time) == []


async def test_out_of_its_term_a_role_matches_no_rule(stage: Stage) -> None:
    script = Script(POLICY)
    script.act("role.appointed", "ann", role="host", until=day(1))
    script.act("post.created", "ann", post="in")
    script.wait(2 * clock.DAY)
    script.act("post.created", "ann", post="out")
    await stage.play(script.events)
    assert await stage.balance("ann") == 2 + 5 + 2


async def test_a_planned_term_begins_by_itself(stage: Stage) -> None:
    script = Script(POLICY)
    planned = script.act("role.appointed", "ann", role="host", since=day(2), until=day(3))
    script.act("post.created", "ann", post="before")
    script.wait(2 * clock.DAY)
    script.act("post.created", "ann", post="within")
    within = script.events[-1]
    await stage.play(script.events)
    assert await stage.balance("ann") == 2 + 2 + 5
    assert await states(stage) == [("host", "open", None)]
    assert await roles(stage, within.time) == ["host"]
    known = Past(position=planned.offset, seen=planned.log_time)
    assert await states(stage, past=known) == [("host", "planned", None)]
    assert await roles(stage, planned.time, known) == []
    script.wait(2 * clock.DAY)
    script.act("time.passed", community=0)
    await stage.play(script.events[-1:])
    assert await states(stage) == [("host", "ended", "over")]
    assert await stage.db.fetchval("SELECT count(*) FROM agenda") == 0


async def test_hosts_rotate_as_planned(stage: Stage) -> None:
    script = Script(POLICY)
    for number, name in enumerate(("ann", "bob", "cy")):
        script.act(
            "role.appointed", name, role="host", since=day(number + 1), until=day(number + 2)
        )
    script.wait(round(2.5 * clock.DAY))
    script.act("time.passed", community=0)
    await stage.play(script.events)
    open_ = await terms(stage.db, COMMUNITY, Asked(state="open"))
    assert [row.member for row in open_.rows] == [token("bob")]
    first = await terms(stage.db, COMMUNITY, Asked(role="host", limit=2))
    rest = await terms(stage.db, COMMUNITY, Asked(role="host", limit=2, after=first.next))
    found = [(row.member, row.state) for row in (*first.rows, *rest.rows)]
    assert found == [(token("cy"), "planned"), (token("bob"), "open"), (token("ann"), "ended")]
    with pytest.raises(ValueError, match="there are planned, open, ended"):
        await terms(stage.db, COMMUNITY, Asked(state="gone"))


async def test_given_back_replaced_and_left(stage: Stage) -> None:
    script = Script(POLICY)
    script.act("role.appointed", "ann", role="host")
    script.act("role.appointed", "ann", role="host", until=day(9))
    script.act("role.ended", "ann", role="host")
    script.act("role.appointed", "ann", role="partner")
    script.act("role.appointed", "ann", role="host", since=day(5))
    last = script.act("member.left", "ann")
    await stage.play(script.events)
    assert await states(stage) == [
        ("host", "ended", "replaced"),
        ("host", "ended", "given_back"),
        ("partner", "ended", "left"),
        ("host", "ended", "left"),
    ]
    assert await roles(stage, last.time) == []
    told = [fact.data["because"] for fact in stage.facts if fact.type == "role.term_ended"]
    assert told == ["replaced", "given_back", "left"]


async def test_a_role_that_the_policy_does_not_name_has_no_terms(stage: Stage) -> None:
    script = Script(POLICY)
    script.act("role.appointed", "ann", role="staff", until=day(9))
    last = script.act("role.appointed", "bob", role="guest", since=day(4))
    await stage.play(script.events)
    assert await states(stage) == []
    assert await roles(stage, last.time) == ["staff"]
    assert await states(stage, "bob") == [("guest", "planned", None)]


async def test_what_a_term_brought(stage: Stage) -> None:
    script = Script(POLICY)
    script.act("post.created", "bob", post="before")
    script.act("role.appointed", "ann", role="host", until=day(2))
    inside = script.events[-1]
    script.act("post.created", "ann", post="p")
    script.act("post.created", "bob", post="q")
    script.act("post.created", "cy", post="r")
    script.wait(3 * clock.DAY)
    script.act("post.created", "bob", post="after")
    late = script.act("post.created", "cy", post="late", at=START + clock.DAY)
    await stage.play(script.events)

    async def asked(past: Past = NOW) -> Brought:
        found = await brought(stage.db, COMMUNITY, token("ann"), 1, script.log_time, past)
        assert found is not None
        return found

    found = await asked()
    points = found.accounts[0]
    assert (points.own, points.everybody, points.members) == (7, 7 + 2 + 2 + 2, 3)
    assert (found.closed, found.to, found.newcomers) == (True, day(2), 2)
    known = await asked(Past(position=late.offset - 1, seen=late.log_time - 1))
    assert known.accounts[0].everybody == 7 + 2 + 2
    young = await asked(Past(at=inside.time + clock.MINUTE))
    assert (young.closed, young.accounts[0].everybody) == (False, 7)
    assert young.to == clock.rfc3339(inside.time + clock.MINUTE)
    assert await brought(stage.db, COMMUNITY, token("ann"), 2, script.log_time) is None


async def test_a_term_told_of_when_it_is_over_was_one(stage: Stage) -> None:
    script = Script(POLICY)
    script.wait(5 * clock.DAY)
    script.act("role.appointed", "ann", role="host", since=day(1), until=day(2))
    await stage.play(script.events)
    (term,) = await shown(stage)
    assert (term.begins, term.ends, term.because) == (day(1), day(2), "over")


async def test_a_term_that_ends_before_it_begins_is_none(stage: Stage) -> None:
    script = Script(POLICY)
    script.act("role.appointed", "ann", role="host", since=day(3), until=day(2))
    script.wait(9 * clock.DAY)
    last = script.act("post.created", "ann", post="p")
    await stage.play(script.events)
    assert (await states(stage), await roles(stage, last.time)) == ([], [])
