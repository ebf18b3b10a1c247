"""Super users from orders to candidates and programmes."""

from typing import Any

import pytest

from services.incentives.programmes.view import InProgramme, inside, programmes
from services.incentives.superusers.view import Candidates, candidates
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock
from tests.incentives.play import COMMUNITY, Script, Stage, token

POLICY: dict[str, Any] = {
    "name": "test",
    "super_users": {
        "payers": 4,
        "leaders": {"responders": 2, "days": 30},
        "programmes": {"circle": {"title": "Inner circle", "exit": {"below": 1, "months": 1}}},
    },
}
NOW_AT = clock.parse_rfc3339("2026-06-15T12:00:00Z")


def on(text: str) -> str:
    return f"2026-{text}T12:00:00Z"


def pay(script: Script, who: str | None, month: int, amount: int, **more: Any) -> str:
    order = f"o{len(script.events)}"
    at = on(f"{month:02}-10")
    data = {"order": order, "amount": amount, "currency": "CNY", **more}
    script.act("order.paid", who, at=at, **data)
    return order


def shop(rich: int = 1000, months: tuple[int, ...] = (3, 4, 5)) -> Script:
    """Every month four members pay 100 each, and ann `rich`."""
    script = Script(POLICY)
    for month in months:
        pay(script, "ann", month, rich)
        for name in ("bob", "cy", "dan", "eve"):
            pay(script, name, month, 100)
    return script


async def found(stage: Stage, past: Past = NOW, skip: int = 0, limit: int = 50) -> Candidates:
    return await candidates(stage.db, COMMUNITY, NOW_AT, skip, limit, past)


def reasons(page: Candidates) -> dict[int, list[tuple[str, float]]]:
    return {row.member: [(each.kind, each.value) for each in row.reasons] for row in page.rows}


async def test_over_twice_the_mean_and_first_by_gmv(stage: Stage) -> None:
    script = shop()
    script.act("programme.enrolled", "ann", programme="circle")
    await stage.play(script.events)
    page = await found(stage)
    assert page.rows[0].programmes == ["circle"]
    assert (page.payers, page.gmv, page.mean, page.reason) == (5, 4200, 280, None)
    assert (page.from_, page.to) == ("2026-03-01T00:00:00Z", "2026-06-01T00:00:00Z")
    # 3000 over three months, of 4200 by five: 3000 / 840.
    assert reasons(page) == {token("ann"): [("spender", 3000 / 840), ("top", 1)]}


async def test_with_fewer_payers_nobody_is_judged(stage: Stage) -> None:
    script = Script(POLICY)
    for name in ("ann", "bob", "cy"):
        pay(script, name, 5, 100)
    await stage.play(script.events)
    page = await found(stage)
    assert (page.payers, page.mean, page.reason, page.rows) == (3, None, "sample_too_small", [])


async def test_what_does_not_count(stage: Stage) -> None:
    script = shop()
    pay(script, "bob", 6, 90_000)  # in a month that is not over
    pay(script, "bob", 2, 90_000)  # before the three
    pay(script, "bob", 5, 90_000, currency="USD")
    pay(script, None, 5, 90_000)  # hidden: nobody's own mean, and not in that of all
    back = pay(script, "bob", 5, 90_000)
    script.act("order.refunded", "bob", order=back)
    part = pay(script, "cy", 5, 90_000)
    script.act("order.refunded", None, order=part, amount=89_999)
    script.act("order.refunded", None, order=part, amount=50)
    script.act("role.appointed", "sue", at=on("03-01"), role="staff")
    pay(script, "sue", 5, 90_000)
    twice = pay(script, "dan", 5, 50)
    script.act("order.paid", "dan", at=on("05-11"), order=twice, amount=50, currency="CNY")
    await stage.play(script.events)
    page = await found(stage)
    assert (page.payers, page.gmv) == (5, 4250)


async def test_a_refund_is_known_from_when_it_came(stage: Stage) -> None:
    script = shop()
    paid = script.events[2]
    before = script.events[-1]
    script.act("order.refunded", "ann", order=paid.data["order"])
    await stage.play(script.events)
    assert (await found(stage)).gmv == 3200
    known = Past(position=before.offset, seen=NOW_AT)
    assert (await found(stage, known)).gmv == 4200
    april = clock.parse_rfc3339(on("05-01"))
    then = await found(stage, Past(at=april))
    assert (then.to, then.gmv) == ("2026-05-01T00:00:00Z", 2 * 1400 - 1000)


async def test_opinion_leaders_by_different_responders(stage: Stage) -> None:
    script = Script(POLICY)
    script.act("post.created", "ann", at=on("06-01"), post="p")
    for who, type_ in (
        ("bob", "reaction.added"),
        ("bob", "reaction.added"),
        ("ann", "reaction.added"),
    ):
        script.act(type_, who, at=on("06-02"), target="p", kind="like")
    await stage.play(script.events)
    assert (await found(stage)).rows == []
    more = [script.act("reply.created", "cy", at=on("06-03"), post="r", in_reply_to="p")]
    await stage.play(more)
    page = await found(stage)
    assert reasons(page) == {token("ann"): [("leader", 2)]}
    assert (page.rows[0].gmv, page.rows[0].responders) == (None, 2)
    for _ in range(2):
        more = [script.act("reaction.removed", "bob", at=on("06-04"), target="p", kind="like")]
        await stage.play(more)
    assert (await found(stage)).rows == []
    old = Past(at=clock.parse_rfc3339(on("06-03")))
    assert reasons(await found(stage, old)) == {token("ann"): [("leader", 2)]}


async def test_candidates_page_by_page(stage: Stage) -> None:
    script = shop()
    for who in ("bob", "cy"):
        post = f"p-{who}"
        script.act("post.created", who, at=on("06-01"), post=post)
        for giver in ("dan", "eve"):
            script.act("reaction.added", giver, at=on("06-02"), target=post, kind="like")
    await stage.play(script.events)
    whole = await found(stage)
    first, rest = await found(stage, limit=1), await found(stage, skip=1, limit=9)
    assert (first.next, rest.next, len(whole.rows)) == (1, None, 3)
    assert [*first.rows, *rest.rows] == whole.rows
    assert whole.rows[0].member == token("ann")


async def test_without_a_section_there_are_none(stage: Stage) -> None:
    await stage.play(Script({"name": "bare"}).events)
    with pytest.raises(LookupError, match="no section super_users"):
        await found(stage)


async def members(stage: Stage, past: Past = NOW) -> list[InProgramme]:
    return (await inside(stage.db, COMMUNITY, "circle", NOW_AT, (0, 50), past)).rows


async def test_enrolled_with_an_adviser_and_what_came_of_it(stage: Stage) -> None:
    script = shop(months=(1, 2))
    enrolled = on("03-15")
    script.act("programme.enrolled", "ann", at=enrolled, programme="circle", adviser="sue")
    script.act("programme.enrolled", "bob", at=on("05-20"), programme="circle")
    for month in (4, 5):
        pay(script, "ann", month, 50)
        for name in ("bob", "cy", "dan"):
            pay(script, name, month, 100)
    await stage.play(script.events)
    ann, bob = await members(stage)
    assert (ann.member, ann.adviser, ann.since) == (token("ann"), token("sue"), enrolled)
    assert (ann.before.own, ann.before.total) == (2000, 2800)
    assert (ann.after.months, ann.after.own, ann.after.total) == (2, 100, 700)
    assert (ann.leaves, bob.leaves) == (True, None)
    assert bob.why == "0 full months since, 1 are needed"
    (view,) = await programmes(stage.db, COMMUNITY, NOW_AT)
    assert (view.title, view.members, view.since) == ("Inner circle", 2, enrolled)
    assert view.before is not None
    assert view.after is not None
    assert view.before.share == 2200 / 2800
    assert view.after.share == (100 + 200) / 700
    assert await members(stage, Past(at=clock.parse_rfc3339(enrolled) - 1)) == []


async def test_leaving_a_programme(stage: Stage) -> None:
    script = Script(POLICY)
    for who in ("ann", "bob", "cy"):
        script.act("programme.enrolled", who, programme="circle")
    again = script.act("programme.enrolled", "ann", programme="circle", adviser="sue")
    script.act("programme.left", "bob", programme="circle", reason="exit-rule")
    script.act("member.left", "cy")
    script.act("programme.left", "dan", programme="circle")
    script.act("programme.enrolled", "dan", programme="choir")
    await stage.play(script.events)
    (ann,) = await members(stage)
    assert (ann.member, ann.adviser) == (token("ann"), token("sue"))
    assert clock.parse_rfc3339(ann.since) < again.time
    told = [(fact.type, fact.data.get("because")) for fact in stage.facts]
    assert told[4:] == [
        ("programme.left", "exit-rule"),
        ("programme.left", "left"),
        ("programme.refused", "the member is not in it"),
        ("programme.refused", "the policy has no programme of this name"),
    ]
    known = Past(position=again.offset, seen=again.log_time)
    assert len(await members(stage, known)) == 3
    with pytest.raises(LookupError, match="there are circle"):
        await inside(stage.db, COMMUNITY, "choir", NOW_AT, (0, 9))
