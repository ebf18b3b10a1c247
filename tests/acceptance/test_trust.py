"""Trust levels, from outside: what a forum's program sends, and what the member's page says."""

from typing import Any

from tests.acceptance.acting import action
from tests.support.client import Client


async def test_reading_lifts_the_trust_level(operator: Client, community: str) -> None:
    """A newcomer reads, becomes a basic user, and sees what is missing for the next level."""
    at = f"/v1/communities/{community}"
    await operator.put(at, {"policy": "discourse"})
    read: dict[str, Any] = {"threads": 5, "posts": 30, "seconds": 600}
    position = await operator.act(
        [
            action(community, "read/ann/1", "member.read", "ann", **read),
            action(community, "read/bob/1", "member.read", "bob", **read | {"posts": 29}),
            action(community, "group/14/ann", "role.appointed", "cy", role="leader"),
        ]
    )
    ann = await operator.get(f"{at}/members/ann", position=position)
    assert (ann["level"]["rank"], ann["level"]["name"], ann["points"]) == (2, "basic", 1)
    needs = {each["need"]: each for each in ann["level"]["next"]["needs"]}
    assert needs["member.read posts"] | {"title": ""} == {
        "need": "member.read posts",
        "title": "",
        "at_least": 100,
        "at_most": None,
        "days": None,
        "have": 30,
    }
    assert needs["active days"]["have"] == 1
    bob = await operator.get(f"{at}/members/bob")
    assert (bob["level"]["rank"], bob["level"]["next"]["needs"][1]["have"]) == (1, 29)
    assert (await operator.get(f"{at}/members/cy"))["level"]["name"] == "leader"


PARENTING: dict[str, Any] = {
    "points": [{"name": "post", "on": "post.created", "doer": {"points": 1}}],
    "ladders": {
        "parenting": {
            "title": {"en": "Parenting", "zh": "育儿达人"},
            "score": {
                "quality": [
                    {
                        "weight": 5,
                        "of": {
                            "count": "post.featured",
                            "received": True,
                            "when": {"space": "育儿"},
                        },
                    }
                ],
                "frequency": {"distinct": "day", "on": "post.created", "when": {"space": "育儿"}},
            },
            "levels": [{"name": "新手"}, {"name": "达人", "at_least": 10}],
        }
    },
    "referrals": {"friends": {"gives": [{"points": 7}]}},
    "streaks": {"cash": {"maturing": {"after": 3, "each": {"points": 10}}}},
}


async def test_a_ladder_of_a_theme_and_what_friends_bring(operator: Client, community: str) -> None:
    """Two good days in a space make an expert; a friend's order pays, and is paid back."""
    at = f"/v1/communities/{community}"
    await operator.post(f"{at}/policies", PARENTING)
    days = [
        action(community, f"post/{day}", "post.created", "ann", post=f"p{day}")
        | {"space": "育儿", "time": f"2026-03-0{day}T10:00:00+08:00"}
        for day in (1, 2)
    ]
    order = {"order": "o1", "amount": 100, "currency": "CNY"}
    position = await operator.act(
        [
            *days,
            action(community, "f/1", "post.featured", None, post="p1") | {"space": "育儿"},
            action(community, "i/1", "invite.accepted", "bob", inviter="ann"),
            action(community, "o/1", "order.paid", "bob", **order),
            action(community, "c/1", "member.checked_in", "ann"),
        ]
    )
    ann = await operator.get(f"{at}/members/ann", position=position)
    level = ann["ladders"]["parenting"]
    assert (level["name"], level["score"], ann["points"]) == ("达人", 10, 9)
    assert ann["streaks"][0]["maturing"]["put_aside"] == {"points": 10}
    brought = await operator.get(f"{at}/members/ann/referrals")
    assert ([each["member"] for each in brought["items"]], brought["invited"]) == (["bob"], 1)
    refund = action(community, "o/1/refunded", "order.refunded", "bob", order="o1")
    position = await operator.act([refund])
    ann = await operator.get(f"{at}/members/ann", position=position)
    assert ann["points"] == 2
