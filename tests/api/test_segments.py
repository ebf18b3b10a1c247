"""Segments, end to end: a list, and a file that a spreadsheet opens without harm."""

import csv
import io
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.api.reading import paging
from tests.api.world import World, folding, said

AT = "/v1/communities/tea/segments"
POLICY: dict[str, Any] = {
    "name": "tea",
    "segments": {
        "here": {
            "title": "Here",
            "when": {"count.post.created": {"at_least": 1}, "badges": {"not": "x"}},
        },
        "cities": {"when": {"attribute.city": {"present": True}}},
    },
}


def did(n: int, type_: str, member: str, **data: Any) -> dict[str, Any]:
    return {"id": str(n), "type": type_, "member": member, "data": data}


@pytest.fixture
async def tea(world: World) -> AsyncIterator[World]:
    async with folding(world):
        await world.put("tea")
        published = await world.client.post("/v1/communities/tea/policies", json=POLICY)
        assert published.status_code == 202, published.text
        after = await said(
            world,
            did(1, "post.created", "=cmd()", post="p1"),
            did(2, "post.created", 'li, "the" one', post="p2"),
            did(3, "member.described", "ming", attributes={"city": "=上海"}),
        )
        answer = await world.client.get("/v1/communities/tea", headers=after)
        assert answer.status_code == 200
        yield world


async def get(world: World, path: str, status: int = 200) -> Any:
    answer = await world.client.get(f"{AT}{path}")
    assert answer.status_code == status, answer.text
    return answer


async def test_the_segments_and_who_belongs(tea: World) -> None:
    here, cities = sorted((await get(tea, "")).json()["items"], key=lambda each: -len(each["when"]))
    assert here["when"] == {"count.post.created": {"at_least": 1}, "badges": {"not": "x"}}
    assert cities["segment"] == "cities"
    first = (await get(tea, "/here/members?limit=1")).json()
    second = (await get(tea, f"/here/members?limit=9&cursor={first['next']}")).json()
    found = {row["member"] for page in (first, second) for row in page["items"]}
    assert (found, second["next"]) == ({"=cmd()", 'li, "the" one'}, None)
    assert "there are" in (await get(tea, "/nowhere/members", 404)).json()["detail"]
    await get(tea, f"/here/members?cursor={paging.made(2**63)}", 400)


async def test_as_csv(tea: World) -> None:
    answer = await get(tea, "/here/export")
    assert answer.headers["content-type"].startswith("text/csv")
    header, *rows = csv.reader(io.StringIO(answer.text))
    assert set(header) == {"member", "since", "count.post.created", "badges"}
    assert {row[0] for row in rows} == {"'=cmd()", 'li, "the" one'}
    city = (await get(tea, "/cities/export")).text.splitlines()[1]
    assert city.endswith(",'=上海")


async def test_as_lines_of_json(tea: World) -> None:
    answer = await get(tea, "/cities/export?format=ndjson")
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    (row,) = [json.loads(line) for line in answer.text.splitlines()]
    assert (row["member"], row["attributes"]) == ("ming", {"city": "=上海"})
    await get(tea, "/nowhere/export", 404)
    await get(tea, "/here/export?format=xlsx", 422)
