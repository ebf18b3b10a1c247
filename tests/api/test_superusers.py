"""Super users, end to end: orders in, candidates and programmes out."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.api.reading import paging
from tests.api.world import World, folding, said

POLICY: dict[str, Any] = {
    "name": "tea",
    "super_users": {
        "payers": 2,
        "leaders": None,
        "programmes": {"circle": {"exit": {"below": 1}}},
    },
}
AT = "/v1/communities/tea"
BEGUN = datetime.now(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
LAST_MONTH = (BEGUN - timedelta(days=10)).isoformat()


def did(n: int, type_: str, member: str, **data: Any) -> dict[str, Any]:
    return {"id": str(n), "type": type_, "member": member, "time": LAST_MONTH, "data": data}


def paid(n: int, member: str, amount: int) -> dict[str, Any]:
    return did(n, "order.paid", member, order=f"o{n}", amount=amount, currency="CNY")


@pytest.fixture
async def tea(world: World) -> AsyncIterator[World]:
    async with folding(world):
        await world.put("tea", time_zone="UTC")
        assert (await world.client.post(f"{AT}/policies", json=POLICY)).status_code == 202
        after = await said(
            world,
            paid(1, "ming", 900),
            paid(2, "li", 100),
            paid(3, "hua", 100),
            did(4, "programme.enrolled", "ming", programme="circle", adviser="sue"),
        )
        assert (await world.client.get(AT, headers=after)).status_code == 200
        yield world


async def get(world: World, path: str, status: int = 200) -> Any:
    answer = await world.client.get(f"{AT}/{path}")
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_candidates_with_reasons(tea: World) -> None:
    page = await get(tea, "super-users")
    assert (page["payers"], page["gmv"], page["currency"]) == (3, 1100, "CNY")
    (ming,) = page["items"]
    assert (ming["member"], ming["gmv"], ming["programmes"]) == ("ming", 900, ["circle"])
    assert [each["kind"] for each in ming["reasons"]] == ["spender", "top"]
    assert page["next"] is None
    assert (await get(tea, "super-users?as_of=2020-01-01T00:00:00Z"))["items"] == []
    await get(tea, f"super-users?cursor={paging.made(-1)}", 400)
    await get(tea, f"super-users?cursor={paging.made(2**63)}", 400)


async def test_programmes_and_who_is_in(tea: World) -> None:
    (circle,) = (await get(tea, "programmes"))["items"]
    assert (circle["programme"], circle["members"]) == ("circle", 1)
    assert circle["before"]["share"] is None
    (ming,) = (await get(tea, "programmes/circle/members"))["items"]
    assert (ming["member"], ming["adviser"], ming["leaves"]) == ("ming", "sue", None)
    assert "there are circle" in (await get(tea, "programmes/choir/members", 404))["detail"]


async def test_without_a_section(world: World) -> None:
    async with folding(world):
        await world.put("tea")
        after = await said(world, did(1, "post.created", "li", post="p"))
        assert (await world.client.get(AT, headers=after)).status_code == 200
        await get(world, "super-users", 404)
        assert (await get(world, "programmes"))["items"] == []
