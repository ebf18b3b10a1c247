"""A ring is reversed, from outside: shown, done, seen in every view, and undone."""

from typing import Any

from tests.acceptance.acting import action
from tests.support.client import Client

POLICY: dict[str, Any] = {
    "name": "club",
    "points": [{"name": "liked", "on": "reaction.added", "author": {"points": 2}}],
}


async def test_a_ring(operator: Client, community: str) -> None:
    """Three who like each other all day, and one who is liked by them."""
    at, ring = f"/v1/communities/{community}", ["r0", "r1", "r2"]
    await operator.post(f"{at}/policies", POLICY)
    likes = [like(community, n, f"r{n % 3}", f"r{(n + 1) % 3}") for n in range(600)]
    last = await operator.act([*likes, like(community, 600, "r0", "lin")])
    await operator.get(at, position=last)

    picked = {"members": ring, "from": "2026-01-01T00:00:00Z"}
    told = (await operator.post(f"{at}/reversals/preview", picked)).body
    assert (told["entries"], told["accounts"]["points"]["taken"]) == (600, 1200)
    order = {**picked, "reversal": "ring", "entries": told["entries"]}
    given = (await operator.post(f"{at}/reversals", order)).body
    assert await points(operator, at, given["position"]) == [0, 0, 0, 2]
    board = await operator.get(f"{at}/boards/points", period="all")
    assert (board["rows"][0]["member"], board["rows"][0]["value"]) == ("lin", 2)

    undone = (await operator.post(f"{at}/reversals/ring/undo")).body
    assert await points(operator, at, undone["position"]) == [400, 400, 400, 2]
    (listed,) = (await operator.get(f"{at}/reversals"))["items"]
    assert (listed["state"], listed["accounts"]) == ("undone", {"points": 0})


def like(community: str, number: int, who: str, whose: str) -> dict[str, Any]:
    data = {"target": f"p{number}", "author_of_target": whose, "kind": "like"}
    return action(community, f"like/{number}", "reaction.added", who, **data)


async def points(operator: Client, at: str, position: int) -> list[int]:
    await operator.get(at, position=position)
    people = [await operator.get(f"{at}/members/{name}") for name in ("r0", "r1", "r2", "lin")]
    return [each["points"] for each in people]
