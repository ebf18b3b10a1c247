"""Graded spaces from action to view: granted, revoked, by what, and when."""

from typing import Any

from services.incentives.members.view import member
from services.incentives.spaces.view import AccessChange, changes, grades, inside
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock
from tests.incentives.play import COMMUNITY, START, Script, Stage, token

ORIGINALS = {"count": "post.created", "kind": "original", "at_least": 3}
GRADES: dict[str, Any] = {
    "base": {},
    "advanced": {"after": "base", "needs": [ORIGINALS], "space": "oolong-2"},
    "core": {"after": "advanced", "level": 2, "roles": ["core"]},
}
LADDER = {"main": {"levels": [{"name": "a"}, {"name": "b", "at_least": 4}]}}


def policy(spaces: Any = None, **more: Any) -> dict[str, Any]:
    rule = {"name": "post", "on": "post.created", "doer": {"growth": 1}}
    return {
        "name": "test",
        "points": [rule],
        "ladders": LADDER,
        "spaces": GRADES if spaces is None else spaces,
        **more,
    }


def write(script: Script, who: str, count: int, **more: Any) -> None:
    for _ in range(count):
        script.act("post.created", who, post=f"p{len(script.events)}", original=True, **more)


async def open_to(stage: Stage, who: str = "ann", past: Past = NOW) -> list[str]:
    page = await member(stage.db, COMMUNITY, token(who), START, past)
    assert page is not None
    return [each.grade for each in page.spaces]


async def told(stage: Stage, who: str = "ann") -> list[tuple[str, bool, str | None]]:
    """Every change, the earliest first."""
    found: list[AccessChange] = await changes(stage.db, COMMUNITY, token(who), 50)
    return [(each.grade, each.open, each.because) for each in reversed(found)]


async def test_base_for_everybody_advanced_for_three_originals_core_by_appointment(
    stage: Stage,
) -> None:
    script = Script(policy())
    script.act("member.joined", "ann")
    script.act("post.created", "ann", post="copied")
    write(script, "ann", 2)
    two = script.events[-1]
    write(script, "ann", 1)
    script.act("role.appointed", "bob", role="core")
    script.act("role.appointed", "ann", role="core")
    await stage.play(script.events)
    assert await open_to(stage) == ["base", "advanced", "core"]
    assert await open_to(stage, past=Past(at=two.time)) == ["base"]
    assert await open_to(stage, past=Past(position=two.offset, seen=two.log_time)) == ["base"]
    assert await open_to(stage, "bob") == ["base"]
    listed = await grades(stage.db, COMMUNITY)
    assert [(each.grade, each.members) for each in listed] == [
        ("base", 2),
        ("advanced", 1),
        ("core", 1),
    ]
    facts = [
        fact.data
        for fact in stage.facts
        if fact.type == "space.access_granted" and fact.data["grade"] == "advanced"
    ]
    assert facts == [{"member": token("ann"), "grade": "advanced", "space": "oolong-2"}]


async def test_a_removed_original_is_none_and_what_stands_on_it_goes_too(stage: Stage) -> None:
    script = Script(policy())
    write(script, "ann", 4)
    script.act("role.appointed", "ann", role="core")
    first = script.events[2].data["post"]
    second = script.events[3].data["post"]
    script.act("post.removed", "boss", post=first)
    assert first != second
    await stage.play(script.events)
    assert await open_to(stage) == ["base", "advanced", "core"]
    await stage.play([script.act("post.removed", "boss", post=second)])
    assert await open_to(stage) == ["base"]
    assert (await told(stage))[-2:] == [("advanced", False, "needs"), ("core", False, "after")]
    revoked = [fact.data for fact in stage.facts if fact.type == "space.access_revoked"]
    assert [(each["grade"], each["because"]) for each in revoked] == [
        ("advanced", "needs"),
        ("core", "after"),
    ]
    await stage.play([script.act("post.restored", "boss", post=second)])
    assert await open_to(stage) == ["base", "advanced", "core"]


async def test_an_appointment_ends_with_its_term(stage: Stage) -> None:
    script = Script(policy({"core": {"roles": ["core"]}}))
    ends = START + 2 * clock.DAY
    script.act("role.appointed", "ann", role="core", until=clock.rfc3339(ends))
    script.wait(5 * clock.DAY)
    script.act("time.passed", community=0)
    await stage.play(script.events)
    assert await open_to(stage) == []
    (_, gone) = reversed(await changes(stage.db, COMMUNITY, token("ann"), 9))
    assert (gone.at, gone.because, gone.by_time) == (clock.rfc3339(ends), "role", True)
    assert await open_to(stage, past=Past(at=ends - 1)) == ["core"]
    (fact,) = [fact for fact in stage.facts if fact.type == "space.access_revoked"]
    assert fact.at == ends


async def test_a_longer_term_keeps_it_open(stage: Stage) -> None:
    script = Script(policy({"core": {"roles": ["core", "host"]}}))
    for days, role in ((2, "core"), (4, "core"), (3, "host")):
        until = clock.rfc3339(START + days * clock.DAY)
        script.act("role.appointed", "ann", role=role, until=until)
    script.wait(3 * clock.DAY)
    script.act("member.checked_in", "ann")
    await stage.play(script.events)
    assert await open_to(stage) == ["core"]
    script.wait(clock.DAY)
    await stage.play([script.act("member.checked_in", "bob")])
    assert await told(stage) == [("core", True, None), ("core", False, "role")]


async def test_what_is_counted_in_days_is_lost_as_a_day_begins(stage: Stage) -> None:
    needs = [{"count": "member.checked_in", "at_least": 2, "days": 3}]
    script = Script(policy({"regulars": {"needs": needs}}, ladders={}), "Asia/Shanghai")
    for day in (0, 1):
        script.act("member.checked_in", "ann", at=START + day * clock.DAY)
    script.wait(9 * clock.DAY)
    script.act("time.passed", community=0)
    await stage.play(script.events)
    (back, gone) = reversed(await changes(stage.db, COMMUNITY, token("ann"), 9))
    assert back.open
    # Checked in on the 2nd and 3rd: on the 5th the window no longer has the 2nd.
    assert gone.at == clock.rfc3339(clock.parse_rfc3339("2026-03-05T00:00:00+08:00"))
    assert await stage.db.fetchval("SELECT count(*) FROM agenda") == 0


async def test_a_role_that_is_needed_ends_with_its_term(stage: Stage) -> None:
    needs = [{"role": "core"}, {"sum": "data.posts", "on": "member.read", "at_least": 5}]
    script = Script(policy({"core": {"needs": needs}}, ladders={}))
    ends = START + 2 * clock.DAY
    script.act("role.appointed", "ann", role="core", until=clock.rfc3339(ends))
    script.act("member.read", "ann", posts=3)
    script.act("member.read", "ann", posts=2)
    script.wait(5 * clock.DAY)
    script.act("time.passed", community=0)
    await stage.play(script.events)
    (opened, gone) = reversed(await changes(stage.db, COMMUNITY, token("ann"), 9))
    assert opened.position == script.events[4].offset
    assert (gone.at, gone.because, gone.by_time) == (clock.rfc3339(ends), "needs", True)


async def test_a_share_of_what_others_do_is_looked_at_as_a_day_begins(stage: Stage) -> None:
    share = {"percent": 50, "of": "post.created"}
    needs = [{"sum": "data.posts", "on": "member.read", "at_least": share}]
    script = Script(policy({"readers": {"needs": needs}}, ladders={}), "Asia/Shanghai")
    write(script, "bob", 2)
    script.act("member.read", "ann", posts=1)
    write(script, "bob", 2)
    script.wait(5 * clock.DAY)
    script.act("time.passed", community=0)
    await stage.play(script.events)
    assert await told(stage) == [("readers", True, None), ("readers", False, "needs")]
    gone = (await changes(stage.db, COMMUNITY, token("ann"), 9))[0]
    assert gone.at == clock.rfc3339(clock.parse_rfc3339("2026-03-03T00:00:00+08:00"))


async def test_who_leaves_has_none_and_who_returns_is_judged_anew(stage: Stage) -> None:
    script = Script(policy())
    write(script, "ann", 3)
    post = script.events[-1].data["post"]
    script.act("member.left", "ann")
    script.act("reaction.added", "bob", target=post, kind="like")
    await stage.play(script.events)
    assert await open_to(stage) == []
    assert (await told(stage))[-2:] == [("base", False, "left"), ("advanced", False, "left")]
    await stage.play([script.act("member.joined", "ann")])
    assert await open_to(stage) == ["base", "advanced"]


async def test_a_stranger_who_left_is_not_let_in_by_a_like(stage: Stage) -> None:
    script = Script({"name": "before"})
    script.act("post.created", "ann", post="p")
    script.act("policy.published", document=policy())
    script.act("member.left", "ann")
    script.act("reaction.added", "bob", target="p", kind="like")
    await stage.play(script.events)
    assert await open_to(stage) == []


async def test_never_revoked_but_by_leaving(stage: Stage) -> None:
    script = Script(policy({"advanced": {**GRADES["advanced"], "after": None, "revoke": "never"}}))
    write(script, "ann", 3)
    for event in script.events[2:5]:
        script.act("post.removed", "boss", post=event.data["post"])
    await stage.play(script.events)
    assert await open_to(stage) == ["advanced"]
    await stage.play([script.act("member.left", "ann"), script.act("member.joined", "ann")])
    assert await open_to(stage) == []


async def test_a_grade_that_the_policy_drops_is_revoked(stage: Stage) -> None:
    script = Script(policy())
    write(script, "ann", 3)
    script.act("policy.published", document=policy({"base": {}}))
    script.act("member.checked_in", "ann")
    script.act("policy.published", document={"name": "bare"})
    script.act("member.checked_in", "ann")
    await stage.play(script.events)
    assert (await told(stage))[-2:] == [("advanced", False, "policy"), ("base", False, "policy")]


async def test_what_is_late_does_not_bring_a_past_term_back(stage: Stage) -> None:
    script = Script(policy({"core": {"roles": ["core"]}}))
    until = clock.rfc3339(START + clock.DAY)
    script.act("role.appointed", "ann", role="core", until=until)
    script.wait(2 * clock.DAY)
    script.act("member.checked_in", "ann", at=START + clock.HOUR)
    await stage.play(script.events)
    assert await told(stage) == [("core", True, None), ("core", False, "role")]
    assert await open_to(stage) == []


async def test_a_late_removal_is_told_after_the_grant(stage: Stage) -> None:
    script = Script(policy())
    write(script, "ann", 3)
    post = script.events[-1].data["post"]
    script.act("post.removed", "boss", post=post, at=START)
    await stage.play(script.events)
    assert (await told(stage))[-2:] == [("advanced", True, None), ("advanced", False, "needs")]


async def test_badges_and_levels_open_spaces_as_they_are_earned(stage: Stage) -> None:
    badges = {"in": {"kind": "count", "action": "member.checked_in", "at_least": 2}}
    grades_ = {"pinned": {"badges": ["in"]}, "second": {"level": 2, "ladder": "main"}}
    script = Script(policy(grades_, badges=badges))
    script.act("member.checked_in", "ann")
    script.act("member.checked_in", "ann")
    await stage.play(script.events)
    assert await open_to(stage) == ["pinned"]
    write(script, "ann", 4)
    await stage.play(script.events[-4:])
    assert await open_to(stage) == ["pinned", "second"]


async def test_a_level_that_a_day_takes_takes_the_space(stage: Stage) -> None:
    needs = [{"active_days": 1, "days": 2}]
    ladder = {
        "main": {"demotion": "rolling", "levels": [{"name": "a"}, {"name": "b", "needs": needs}]}
    }
    script = Script(policy({"second": {"level": 2}}, ladders=ladder))
    script.act("member.checked_in", "ann")
    script.wait(5 * clock.DAY)
    script.act("time.passed", community=0)
    await stage.play(script.events)
    assert await told(stage) == [("second", True, None), ("second", False, "level")]


async def test_who_is_inside_page_by_page(stage: Stage) -> None:
    script = Script(policy())
    for name in ("ann", "bob", "cy"):
        script.act("member.joined", name)
    before = script.events[-2]
    script.act("member.left", "bob")
    await stage.play(script.events)
    first = await inside(stage.db, COMMUNITY, "base", -1, 1)
    assert first.next is not None
    second = await inside(stage.db, COMMUNITY, "base", first.next[0], 5)
    both = [row.member for row in (*first.rows, *second.rows)]
    assert both == sorted([token("ann"), token("cy")])
    past = Past(position=before.offset, seen=before.log_time)
    then = await inside(stage.db, COMMUNITY, "base", -1, 5, past)
    assert {row.member for row in then.rows} == {token("ann"), token("bob")}
