"""Let in, told to a bot, and let out again, from outside."""

from typing import Any

from tests.acceptance.acting import action
from tests.support.client import Client, first

POLICY: dict[str, Any] = {
    "name": "club",
    "ladders": {
        "main": {
            "levels": [{"name": "a"}, {"name": "b", "at_least": 3, "privileges": ["register"]}]
        }
    },
    "points": [{"name": "post", "on": "post.created", "doer": {"growth": 1}}],
    "spaces": {
        "advanced": {
            "needs": [{"count": "post.created", "kind": "original", "at_least": 3}],
            "space": "back-room",
        }
    },
}


async def test_three_originals_open_a_space(operator: Client, community: str) -> None:
    at = f"/v1/communities/{community}"
    await operator.post(f"{at}/policies", POLICY)
    written = [
        action(community, f"post/{n}", "post.created", "lin", post=f"p{n}", original=True)
        for n in range(3)
    ]
    opened = await operator.act(written)
    member = await operator.get(f"{at}/members/lin", position=opened)
    assert [each["grade"] for each in member["spaces"]] == ["advanced"]
    removed = action(community, "post/2/removed", "post.removed", "boss", post="p2")
    closed = await operator.act(removed)
    member = await operator.get(f"{at}/members/lin", position=closed)
    assert member["spaces"] == []
    changes = (await operator.get(f"{at}/members/lin/spaces"))["items"]
    assert [(each["open"], each["because"], each["event"]["id"]) for each in changes] == [
        (False, "needs", "post/2/removed"),
        (True, None, "post/2"),
    ]
    inside = await operator.get(f"{at}/spaces/advanced/members?known_at={opened}")
    assert [each["member"] for each in inside["items"]] == ["lin"]
    # A level once reached is kept: the privilege stays where the space went.
    may = await operator.get(f"{at}/members/lin/privileges/register")
    assert may["may"] is True
    told = await first(operator.facts(community, since="beginning"), 3)
    assert [(fact.type, fact.data["data"]["member"]) for fact in told] == [
        ("level.changed", "lin"),
        ("space.access_granted", "lin"),
        ("space.access_revoked", "lin"),
    ]
