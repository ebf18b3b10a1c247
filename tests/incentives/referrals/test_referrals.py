"""Given who invited whom, when members buy, what the chain is brought; undone with its cause."""

from typing import Any

from services.incentives.referrals.view import referrals
from services.kit.projection.past import NOW, Past
from services.kit.runtime import clock
from tests.incentives.play import COMMUNITY, Script, Stage, token

FRIENDS: dict[str, Any] = {
    "gives": [{"points": {"of": "data.amount", "every": 10}}, {"points": 3}],
    "days": 30,
}


def policy(guards: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = {"referrals": {"friends": {**FRIENDS, **changes}}}
    return found if guards is None else {**found, "guards": guards}


def invited(document: dict[str, Any]) -> Script:
    """Ann invited bob, bob cy, cy dan."""
    script = Script(document)
    script.act("invite.accepted", "bob", inviter="ann")
    script.act("member.joined", "cy", invited_by="bob")
    script.act("invite.accepted", "dan", inviter="cy")
    return script


def buy(script: Script, who: str, amount: int, order: str = "o1", **more: Any) -> None:
    script.act("order.paid", who, order=order, amount=amount, currency="CNY", **more)


async def points(stage: Stage, *names: str) -> list[int]:
    return [await stage.balance(name) or 0 for name in names]


async def test_the_chain_is_brought_as_far_as_the_policy_goes(stage: Stage) -> None:
    script = invited(policy())
    buy(script, "dan", 105)
    await stage.play(script.events, 1)
    assert await points(stage, "ann", "bob", "cy", "dan") == [0, 3, 10, 0]
    assert await stage.entries("cy") == [("referral:friends", 10, 10, None)]


async def test_it_is_taken_back_with_the_order_and_in_part_with_a_part(stage: Stage) -> None:
    script = invited(policy())
    buy(script, "dan", 100)
    script.act("order.refunded", "dan", order="o1", amount=50)
    await stage.play(script.events)
    assert await points(stage, "bob", "cy") == [2, 5]
    script.act("order.refunded", "dan", order="o1")
    await stage.play(script.events[-1:])
    assert await points(stage, "bob", "cy") == [0, 0]


async def test_nobody_changes_inviters_or_invites_whom_they_came_from(stage: Stage) -> None:
    script = invited(policy())
    script.act("invite.accepted", "bob", inviter="dan")
    script.act("invite.accepted", "ann", inviter="cy")
    script.act("invite.accepted", "eva", inviter="eva")
    buy(script, "ann", 100)
    buy(script, "bob", 100, "o2")
    buy(script, "eva", 100, "o3")
    await stage.play(script.events, 1)
    assert await points(stage, "ann", "bob", "cy", "dan", "eva") == [10, 0, 0, 0, 0]


async def test_an_invitation_wears_off_and_may_bring_only_once(stage: Stage) -> None:
    script = invited(policy(once=True))
    buy(script, "bob", 100)
    buy(script, "bob", 100, "o2")
    script.wait(31 * clock.DAY)
    buy(script, "cy", 100, "o3")
    await stage.play(script.events)
    assert await points(stage, "ann", "bob") == [10, 0]


async def test_a_group_buy_begins_with_whom_the_order_names(stage: Stage) -> None:
    script = invited(policy(begins="referrer"))
    buy(script, "eva", 100, referrer="cy")
    buy(script, "dan", 100, "o2", referrer="bob")
    buy(script, "bob", 100, "o3", referrer="bob")
    buy(script, "dan", 100, "o4")
    await stage.play(script.events, 1)
    # cy of eva and dan 10 each; bob 3 for each of these and of dan 10; ann 3 for that, and of bob,
    # who cannot refer to himself, 10.
    assert await points(stage, "ann", "bob", "cy") == [13, 16, 20]


async def test_a_ring_is_held(stage: Stage) -> None:
    ring = {"most": 3, "each": 2, "days": 7}
    script = Script(policy({"hold": {"hours": 10, "ring": ring}}, begins="referrer"))
    for number in range(3):
        for who, whom in (("ann", "bob"), ("bob", "cy"), ("cy", "ann")):
            buy(script, who, 100, f"{who}{number}", referrer=whom)
    await stage.play(script.events)
    held = [
        entry for name in ("ann", "bob", "cy") for entry in await stage.entries(name) if entry[3]
    ]
    assert {entry[3] for entry in held} == {"held:ring"}
    assert all(entry[2] == 0 for entry in held)
    assert sum(await points(stage, "ann", "bob", "cy")) == 90 - 10 * len(held)
    script.wait(11 * clock.HOUR)
    script.act("member.checked_in", "zoe")
    await stage.play(script.events[-1:])
    assert sum(await points(stage, "ann", "bob", "cy")) == 90


async def test_who_only_ever_invited_is_brought_as_much(stage: Stage) -> None:
    script = Script(policy())
    script.act("member.joined", "bob", invited_by="ann")
    buy(script, "bob", 100)
    await stage.play(script.events)
    assert (stage.dead, await points(stage, "ann")) == ([], [10])


async def test_a_restart_forgets_no_chain(stage: Stage) -> None:
    script = invited(policy())
    await stage.play(script.events)
    stage.forget()
    before = len(script.events)
    buy(script, "dan", 100)
    await stage.play(script.events[before:])
    assert await points(stage, "ann", "bob", "cy") == [0, 3, 10]


async def test_a_member_sees_whom_they_invited_and_what_it_brought(stage: Stage) -> None:
    script = invited(policy())
    script.act("invite.accepted", "eva", inviter="cy")
    known = script.events[-2]
    buy(script, "dan", 100)
    await stage.play(script.events)
    mine = await referrals(stage.db, COMMUNITY, token("cy"), None, 1, NOW)
    assert (mine.invited_by, mine.invited) == (token("bob"), 2)
    assert [row.member for row in mine.rows] == [token("eva")]
    assert [(each.referral, each.account, each.granted) for each in mine.brought] == [
        ("friends", "points", 10)
    ]
    rest = await referrals(stage.db, COMMUNITY, token("cy"), mine.next, 5, NOW)
    assert [row.member for row in rest.rows] == [token("dan")]
    past = Past(position=known.offset, seen=known.log_time)
    then = await referrals(stage.db, COMMUNITY, token("cy"), None, 5, past)
    assert (then.invited, then.brought) == (1, [])
    facts = [fact.data for fact in stage.facts if fact.type == "member.referred"]
    assert {"member": token("bob"), "inviter": token("ann")} in facts
