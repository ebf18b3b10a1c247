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
