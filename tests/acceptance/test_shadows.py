"""A draft in the shadow, from outside: it follows what happens and changes nothing."""

from typing import Any

from tests.acceptance.acting import post
from tests.support.client import Client


def policy(each: int) -> dict[str, Any]:
    """A post pays so much."""
    return {"points": [{"name": "post", "on": "post.created", "doer": {"points": each}}]}


async def test_a_shadow(operator: Client, community: str) -> None:
    """A richer policy beside the live one, while members write."""
    at = f"/v1/communities/{community}"
    shadow = f"{at}/policies/shadow"
    await operator.post(f"{at}/policies", policy(5))
    last = await operator.act([post(community, f"a{n}", "lin") for n in range(10)])
    await operator.get(at, position=last)
    await operator.put(shadow, policy(7))
    assert await points(operator, shadow) == {"live": 50, "draft": 70}
    last = await operator.act([post(community, f"b{n}", "wei") for n in range(10)])
    await operator.get(at, position=last)
    assert await points(operator, shadow) == {"live": 100, "draft": 140}
    assert (await operator.get(f"{at}/members/wei"))["points"] == 50
    assert (await operator.get(shadow))["behind"] == 0
    assert (await operator.call("DELETE", shadow)).status == 204
    assert (await operator.call("GET", shadow)).status == 404


async def points(operator: Client, shadow: str) -> dict[str, int]:
    """What all members have together, on both sides."""
    told = (await operator.post(f"{shadow}/compare")).body
    return dict(told["totals"]["accounts"]["points"])
