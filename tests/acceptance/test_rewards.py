"""A rush on a reward, from outside: never more than there are, never more than there is to pay."""

import asyncio
from collections import Counter
from typing import Any

from tests.support.client import Answer, Client

RUSH = 500
BUYERS = 20
POLICY: dict[str, Any] = {
    "name": "shop",
    "points": [{"name": "post", "on": "post.created", "doer": {"points": 10}}],
    "rewards": {
        "mug": {"cost": {"points": 10}, "stock": 100},
        "sticker": {"cost": {"points": 1}, "stock": 100},
    },
}


async def test_a_rush_on_a_reward(operator: Client, community: str) -> None:
    """Five hundred at once for a hundred mugs, by members who together can pay for sixty."""
    at = f"/v1/communities/{community}"
    await operator.post(f"{at}/policies", POLICY)
    await operator.act([post(community, n) for n in range(BUYERS * 3)])

    answers = await rush(operator, at, "mug")
    told = Counter((each.status, each.body.get("title")) for each in answers)
    assert told == {(202, None): 60, (409, "Not enough"): 440}
    last = max(each.body["position"] for each in answers if each.status == 202)
    assert await points(operator, at, last) == [0] * BUYERS
    assert await left(operator, at, "mug") == 40

    again = await rush(operator, at, "mug")
    assert [each.status for each in again] == [each.status for each in answers]
    assert await points(operator, at, last) == [0] * BUYERS

    last = await operator.act([post(community, n) for n in range(100, 100 + BUYERS * 3)])
    await points(operator, at, last)
    answers = await rush(operator, at, "sticker")
    told = Counter((each.status, each.body.get("title")) for each in answers)
    assert told == {(202, None): 100, (409, "Out of stock"): 400}
    last = max(each.body["position"] for each in answers if each.status == 202)
    assert sum(await points(operator, at, last)) == BUYERS * 30 - 100
    assert await left(operator, at, "sticker") == 0


async def rush(operator: Client, at: str, reward: str) -> list[Answer]:
    """All at once, each under an id of its own, which is the same the next time."""
    path = f"{at}/rewards/{reward}/redeem"
    bodies = [{"member": f"buyer-{n % BUYERS}", "redemption": f"{reward}/{n}"} for n in range(RUSH)]
    return list(await asyncio.gather(*(operator.call("POST", path, body) for body in bodies)))


async def points(operator: Client, at: str, position: int) -> list[int]:
    await operator.get(at, position=position)
    members = [await operator.get(f"{at}/members/buyer-{n}") for n in range(BUYERS)]
    assert [each["points"] for each in members] == [each["available"]["points"] for each in members]
    return [each["points"] for each in members]


async def left(operator: Client, at: str, reward: str) -> int:
    items = (await operator.get(f"{at}/rewards"))["items"]
    return int(next(each["left"] for each in items if each["reward"] == reward))


def post(community: str, number: int) -> dict[str, Any]:
    return {
        "id": f"post/{number}",
        "source": "shop",
        "type": "post.created",
        "community": community,
        "member": f"buyer-{number % BUYERS}",
        "data": {"post": f"p{number}"},
    }
