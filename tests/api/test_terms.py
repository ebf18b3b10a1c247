"""Terms of roles, end to end: planned, open, over; and what each brought."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.api.reading import paging
from tests.api.world import World, folding, said

POLICY: dict[str, Any] = {
    "name": "tea",
    "points": [{"name": "post", "on": "post.created", "doer": {"points": 2}}],
    "roles": {"host": {"title": "轮值群主", "privileges": ["pin"]}},
}
AT = "/v1/communities/tea"


def did(n: int, type_: str, member: str, space: str | None = None, **data: Any) -> dict[str, Any]:
    at = f"2026-03-0{n}T08:00:00+08:00"
    body = {"id": str(n), "type": type_, "member": member, "time": at, "data": data}
    return body if space is None else {**body, "space": space}


@pytest.fixture
async def tea(world: World) -> AsyncIterator[World]:
    async with folding(world):
        await world.put("tea")
        assert (await world.client.post(f"{AT}/policies", json=POLICY)).status_code == 202
        until = "2026-03-05T00:00:00+08:00"
        after = await said(
            world,
            did(1, "post.created", "li", "oolong", post="p1"),
            did(2, "role.appointed", "ming", "oolong", role="host", until=until),
            did(3, "post.created", "li", "oolong", post="p2"),
            did(4, "post.created", "ming", "black", post="p3"),
            did(6, "post.created", "li", "oolong", post="p4"),
            did(7, "role.appointed", "li", role="host", since="2199-01-01T00:00:00Z"),
        )
        for projection in ("", "/metrics"):
            answer = await world.client.get(f"{AT}{projection}", headers=after)
            assert answer.status_code == 200
        yield world


async def get(world: World, path: str, status: int = 200) -> Any:
    answer = await world.client.get(f"{AT}/{path}")
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_terms_are_listed_the_latest_first(tea: World) -> None:
    items = (await get(tea, "terms"))["items"]
    assert [(each["member"], each["state"], each["because"]) for each in items] == [
        ("li", "planned", None),
        ("ming", "ended", "over"),
    ]
    assert (items[1]["title"], items[1]["space"]) == ("轮值群主", "oolong")
    first = await get(tea, "terms?limit=1")
    second = await get(tea, f"terms?limit=1&cursor={first['next']}")
    assert [page["items"][0] for page in (first, second)] == items
    assert (await get(tea, "terms?state=open"))["items"] == []
    then = (await get(tea, "terms?state=open&as_of=2026-03-03T00:00:00Z"))["items"]
    assert [each["member"] for each in then] == ["ming"]
    assert (await get(tea, "members/ming/terms?role=host"))["items"] == items[1:]
    await get(tea, "terms?state=gone", 422)


async def test_what_a_term_brought(tea: World) -> None:
    found = await get(tea, "members/ming/terms/1")
    assert found["term"]["member"] == "ming"
    assert (found["from"], found["to"]) == ("2026-03-02T00:00:00Z", "2026-03-04T16:00:00Z")
    points = next(each for each in found["accounts"] if each["account"] == "points")
    assert points == {"account": "points", "own": 2, "everybody": 4, "members": 2}
    counts = found["counts"]
    assert (counts["first_day"], counts["last_day"]) == ("2026-03-02", "2026-03-04")
    # In its space alone: of the two posts of those days one was written elsewhere.
    assert (counts["messages"], counts["active"]) == (1, 1)
    await get(tea, "members/ming/terms/2", 404)
    await get(tea, "members/nobody/terms", 404)
    await get(tea, "members/ming/terms/0", 422)


async def test_a_role_brings_its_privileges_in_its_term(tea: World) -> None:
    now = await get(tea, "members/ming/privileges/pin")
    then = await get(tea, "members/ming/privileges/pin?as_of=2026-03-03T00:00:00Z")
    assert (now["may"], then["may"]) == (False, True)
    assert then["because"][0]["kind"] == "role"


@pytest.mark.parametrize("place", [[2**63, 1, 1], [1, 2**63, 1], [1, 1, 2**31], [-(2**70), 1, 1]])
async def test_a_cursor_of_nowhere_is_refused(tea: World, place: list[int]) -> None:
    await get(tea, f"terms?cursor={paging.made(*place)}", 400)
