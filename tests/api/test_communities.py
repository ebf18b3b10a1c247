"""Creating communities, saying so once, and who may see them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.kit.policy import library
from tests.api.world import World

TEA = {"name": "Tea", "type": "interest", "time_zone": "Asia/Shanghai"}


@pytest.fixture(autouse=True)
def shelf(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Two policies that these tests know."""
    for name in ("Interest", "Commerce"):
        (tmp_path / f"{name.lower()}.yaml").write_text(f"title: {name}\n")
    monkeypatch.setattr(library, "FOLDER", tmp_path)
    library.shipped.cache_clear()
    yield
    library.shipped.cache_clear()


async def test_a_new_community_tells_the_log_what_it_is_and_its_policy(world: World) -> None:
    answer = await world.client.put("/v1/communities/tea", json=TEA)
    assert answer.status_code == 201
    assert answer.json()["position"] == 1
    assert answer.headers["hearth-position"] == "1"
    settings = {"name": "Tea", "community_type": "interest", "time_zone": "Asia/Shanghai"}
    assert world.written("tea") == [
        ("community.changed", settings),
        ("policy.published", {"document": {"title": "Interest"}, "by": "operator"}),
    ]


async def test_the_same_again_appends_nothing(world: World) -> None:
    await world.put("tea", **TEA, policy="interest")
    before = world.written("tea")
    assert (await world.put("tea", **TEA, policy="interest"))["position"] == 1
    assert (await world.put("tea"))["position"] == 1
    assert world.written("tea") == before


async def test_a_change_appends_what_changed_and_no_more(world: World) -> None:
    await world.put("tea", **TEA)
    await world.put("tea", time_zone="Europe/Paris")
    assert world.written("tea")[2:] == [
        (
            "community.changed",
            {"name": "Tea", "community_type": "interest", "time_zone": "Europe/Paris"},
        )
    ]
    await world.put("tea", policy="commerce")
    assert [type_ for type_, _ in world.written("tea")[3:]] == ["policy.published"]
    shown = (await world.client.get("/v1/communities/tea")).json()
    assert shown["time_zone"] == "Europe/Paris"
    assert shown["positions"] == {
        "partition": 0,
        "log": 3,
        "incentives": -1,
        "alerts": -1,
    }


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"type": "cult"}, "/type"),
        ({"policy": "unheard-of"}, "/policy"),
        ({"colour": "red"}, "/colour"),
        ({"name": "a\0b"}, "/name"),
    ],
)
async def test_what_does_not_fit_is_refused_with_its_place(
    world: World, body: dict[str, str], pointer: str
) -> None:
    answer = await world.client.put("/v1/communities/tea", json=body)
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert world.written("tea") == []


async def test_keys_open_what_they_are_for(world: World) -> None:
    await world.put("tea", **TEA)
    await world.put("coffee", **TEA)
    nobody, reader = world.client_with(None), await world.key("read", communities=["tea"])
    assert (await nobody.get("/v1/communities/tea")).status_code == 401
    assert (await world.client_with("wrong").get("/v1/communities")).status_code == 401
    assert (await reader.get("/v1/communities/tea")).status_code == 200
    assert (await reader.put("/v1/communities/tea", json=TEA)).status_code == 403
    listed = (await reader.get("/v1/communities")).json()
    assert [item["community"] for item in listed["items"]] == ["tea"]
    hidden = await reader.get("/v1/communities/coffee")
    absent = await reader.get("/v1/communities/cofffe")
    assert hidden.status_code == absent.status_code == 404
    assert hidden.text.replace("coffee", "x") == absent.text.replace("cofffe", "x")
    assert "PUT /v1/communities/cofffe" in absent.json()["detail"]


async def test_a_list_pages_by_cursor(world: World) -> None:
    for slug in ("a", "b", "c"):
        await world.put(slug)
    first = (await world.client.get("/v1/communities?limit=2")).json()
    then = (await world.client.get(f"/v1/communities?limit=2&cursor={first['next']}")).json()
    found = [item["community"] for page in (first, then) for item in page["items"]]
    assert (found, then["next"]) == (["a", "b", "c"], None)
    for cursor in ("!!", "bm9uc2Vuc2U", "WzEsMl0"):
        assert (await world.client.get(f"/v1/communities?cursor={cursor}")).status_code == 400


async def test_a_read_has_an_etag_and_who_has_it_gets_304(world: World) -> None:
    await world.put("tea", **TEA)
    first = await world.client.get("/v1/communities/tea")
    tag = first.headers["etag"]
    again = await world.client.get(
        "/v1/communities/tea", headers={"If-None-Match": f'"x", W/{tag}'}
    )
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    await world.put("tea", name="Green tea")
    changed = await world.client.get("/v1/communities/tea", headers={"If-None-Match": tag})
    assert (changed.status_code, changed.json()["name"]) == (200, "Green tea")


async def test_a_source_keeps_its_secrets(world: World) -> None:
    await world.put("tea", **TEA)
    body = {"platform": "discourse", "secrets": ["hush"], "owner": "me"}
    put = await world.client.put("/v1/communities/tea/sources/forum", json=body)
    assert (put.status_code, put.json()["webhook"]) == (200, "/v1/webhooks/tea/forum")
    listed = await world.client.get("/v1/communities/tea/sources")
    assert [item["source"] for item in listed.json()["items"]] == ["forum"]
    assert "hush" not in put.text + listed.text
    community = await world.context.registry.community("tea")
    kept = await world.context.registry.source(community.key, "forum")
    assert (kept.secrets, kept.settings) == (("hush",), {"owner": "me"})
