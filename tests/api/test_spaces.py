"""Graded spaces and privileges, end to end: who is let in, who may, and since when."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.world import World, folding, said

POLICY: dict[str, Any] = {
    "name": "tea",
    "ladders": {"main": {"levels": [{"name": "a", "privileges": ["speak"]}]}},
    "spaces": {
        "base": {"title": "Everybody"},
        "core": {"after": "base", "roles": ["core"], "space": "c-7", "privileges": ["register"]},
    },
}
AT = "/v1/communities/tea"


def did(n: int, type_: str, member: str, **data: Any) -> dict[str, Any]:
    at = f"2026-03-0{n}T08:00:00+08:00"
    return {"id": str(n), "type": type_, "member": member, "time": at, "data": data}


@pytest.fixture
async def tea(world: World) -> AsyncIterator[World]:
    async with folding(world):
        await world.put("tea")
        assert (await world.client.post(f"{AT}/policies", json=POLICY)).status_code == 202
        after = await said(
            world,
            did(1, "post.created", "x/ming", post="p1"),
            did(2, "role.appointed", "x/ming", role="core"),
            did(3, "post.created", "li", post="p2"),
            did(4, "role.ended", "x/ming", role="core"),
        )
        assert (await world.client.get(AT, headers=after)).status_code == 200
        yield world


async def get(world: World, path: str, status: int = 200) -> Any:
    answer = await world.client.get(f"{AT}/{path}")
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_who_is_inside_now_and_then(tea: World) -> None:
    listed = (await get(tea, "spaces"))["items"]
    assert [(each["grade"], each["members"], each["space"]) for each in listed] == [
        ("base", 2, None),
        ("core", 0, "c-7"),
    ]
    then = await get(tea, "spaces/core/members?as_of=2026-03-03T00:00:00Z")
    assert then == {
        "items": [{"member": "x/ming", "since": "2026-03-02T00:00:00Z"}],
        "next": None,
    }
    first = await get(tea, "spaces/base/members?limit=1")
    second = await get(tea, f"spaces/base/members?limit=1&cursor={first['next']}")
    assert {page["items"][0]["member"] for page in (first, second)} == {"x/ming", "li"}
    refused = await get(tea, "spaces/attic/members", 404)
    assert "there are base, core" in refused["detail"]
    await get(tea, "spaces/base/members?cursor=x", 400)


async def test_what_a_member_is_let_into_and_why_no_longer(tea: World) -> None:
    page = await get(tea, "members/x%2Fming")
    assert [each["grade"] for each in page["spaces"]] == ["base"]
    items = (await get(tea, "members/x/ming/spaces"))["items"]
    assert [(each["grade"], each["open"], each["because"]) for each in items] == [
        ("core", False, "role"),
        ("core", True, None),
        ("base", True, None),
    ]
    assert items[0]["event"] == {"source": "test", "id": "4"}
    await get(tea, "members/nobody/spaces", 404)


async def test_may_a_member(tea: World) -> None:
    listed = (await get(tea, "members/x/ming/privileges"))["items"]
    assert [(each["privilege"], each["may"]) for each in listed] == [
        ("speak", True),
        ("register", False),
    ]
    then = await get(tea, "members/x/ming/privileges/register?as_of=2026-03-03T00:00:00Z")
    assert then == {
        "privilege": "register",
        "may": True,
        "because": [
            {
                "kind": "space",
                "ladder": None,
                "name": "core",
                "since": "2026-03-02T00:00:00Z",
            }
        ],
    }
    refused = await get(tea, "members/li/privileges/fly", 404)
    assert "there are speak, register" in refused["detail"]
    await get(tea, "members/nobody/privileges", 404)
    await get(tea, "members/li/privileges?as_of=2026-01-01T00:00:00Z", 404)


async def test_a_revocation_that_time_brought_names_no_event(tea: World) -> None:
    """The record that showed the time may be another tenant's."""
    until = "2026-03-06T00:00:00Z"
    await said(tea, did(5, "role.appointed", "li", role="core", until=until))
    after = await said(tea, did(6, "post.created", "zoe", post="p3"))
    assert (await tea.client.get(AT, headers=after)).status_code == 200
    items = (await get(tea, "members/li/spaces"))["items"]
    told = [(each["open"], each["by_time"], each["event"]) for each in items]
    assert told[:2] == [(False, True, None), (True, False, {"source": "test", "id": "5"})]
