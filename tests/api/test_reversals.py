"""A fraud ring is reversed: shown first, done, explained, undone; and what is refused."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.kit.log.port import LogUnavailableError
from tests.api.world import World, folding, said

POLICY: dict[str, Any] = {
    "name": "tea",
    "accounts": {"points": {}, "growth": {}},
    "points": [
        {"name": "post", "on": "post.created", "doer": {"points": 5, "growth": 5}},
        {"name": "liked", "on": "reaction.added", "author": {"points": 2, "growth": 2}},
    ],
    "ladders": {
        "main": {"demotion": "rolling", "levels": [{"name": "a"}, {"name": "b", "at_least": 9}]}
    },
    "badges": {"loved": {"kind": "score", "of": "post", "reactions": {"like": 1}, "at_least": 3}},
    "rewards": {"mug": {"cost": {"points": 10}, "stock": 5}},
    "boards": {"of-day": {"account": "points", "period": "day"}},
}
AT = "/v1/communities/tea/reversals"
RING = {"members": ["ann", "bob"], "rules": ["liked"], "from": "2026-01-01T00:00:00Z"}
DAY = "2026-03-02T08:00:00Z"


def post(name: str) -> dict[str, Any]:
    data = {"post": f"by-{name}"}
    return {
        "id": f"p/{name}", "type": "post.created", "member": name, "time": DAY, "data": data
    }  # fmt: skip


def like(n: int, who: str, whose: str) -> dict[str, Any]:
    data = {"target": f"by-{whose}", "kind": "like"}
    return {
        "id": f"like/{n}", "type": "reaction.added", "member": who, "time": DAY, "data": data
    }  # fmt: skip


@pytest.fixture
async def tea(world: World) -> AsyncIterator[World]:
    """Ann and Bob like each other three times, Cy is liked once; Ann has a mug of it."""
    async with folding(world):
        await world.put("tea", time_zone="UTC")
        published = await world.client.post("/v1/communities/tea/policies", json=POLICY)
        assert published.status_code == 202, published.text
        likes = [like(n, *(("ann", "bob"), ("bob", "ann"))[n % 2]) for n in range(6)]
        posts = [post(name) for name in ("ann", "bob", "cy")]
        after = await said(world, *posts, *likes, like(9, "ann", "cy"))
        await get(world, "", **after)
        wish = {"member": "ann", "redemption": "m1"}
        await done(world, "/v1/communities/tea/rewards/mug/redeem", wish)
        yield world


async def get(world: World, path: str, **headers: str) -> dict[str, Any]:
    answer = await world.client.get(f"/v1/communities/tea{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def done(world: World, path: str, body: Any = None) -> dict[str, Any]:
    """What was answered, once it is folded."""
    answer = await world.client.post(path, json=body)
    assert answer.status_code == 202, answer.text
    wait = {"Hearth-Wait-For": str(answer.json()["position"])}
    await get(world, "", **wait)
    return dict(answer.json())


async def sums(world: World) -> list[tuple[int, int, int]]:
    """Points, growth and rank of each."""
    found = [await get(world, f"/members/{name}") for name in ("ann", "bob", "cy")]
    return [(each["points"], each["growth"], each["level"]["rank"]) for each in found]


async def test_what_an_order_would_change_is_shown_and_nothing_is_written(tea: World) -> None:
    before = await sums(tea)
    assert before == [(1, 11, 2), (11, 11, 2), (7, 7, 1)]
    answer = await tea.client.post(f"{AT}/preview", json=RING)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["entries"], told["members"]) == (12, 2)
    assert (told["levels_lost"], told["indebted"]) == (2, 1)
    assert told["accounts"] == {
        "points": {"taken": 12, "stays": 0}, "growth": {"taken": 12, "stays": 0}
    }  # fmt: skip
    assert (told["badges"], told["redeemed"], told["held"]) == ({"loved": 2}, {"mug": 1}, 0)
    ann, bob = sorted(told["rows"], key=lambda row: str(row["member"]))
    assert (ann["member"], ann["accounts"]["points"]) == ("ann", {"before": 1, "after": -5})
    assert (bob["member"], bob["levels"]) == ("bob", {"main": {"before": 2, "after": 1}})
    assert {
        "board": "of-day", "account": "points", "period": "day", "start": "2026-03-02",
        "members": 2, "taken": 12,
    } in told["boards"]  # fmt: skip
    assert await sums(tea) == before  # nothing was written


async def test_a_ring_is_reversed_explained_and_reinstated(tea: World) -> None:
    before = await sums(tea)
    order = {**RING, "reversal": "ring-1", "entries": 12, "reason": "likes for likes"}
    given = await done(tea, AT, order)
    assert (given["members"], given["parts"]) == (2, 2)
    assert await sums(tea) == [(-5, 5, 1), (5, 5, 1), (7, 7, 1)]
    owing = await tea.client.post(
        "/v1/communities/tea/rewards/mug/redeem", json={"member": "ann", "redemption": "m2"}
    )
    assert (owing.status_code, owing.json()["title"]) == (409, "In debt")
    row = (await get(tea, "/members/bob/ledger"))["items"][0]
    assert (row["why"], row["granted"], row["reversal"]) == ("reversed", -2, "ring-1")
    assert row["reverses"]["id"].startswith("like/")
    later = (await get(tea, "/explanation?source=test&id=like/0"))["later"]
    assert [each["reversal"] for each in later] == ["ring-1", "ring-1"]
    at = "?period=day&at=2026-03-02T12:00:00Z"
    assert [r["value"] for r in (await get(tea, f"/boards/points{at}"))["rows"]] == [7, 5, 5]

    again = await done(tea, AT, order)
    assert (again["parts"], again["position"]) == (0, given["position"])
    (listed,) = (await get(tea, "/reversals"))["items"]
    assert (listed["state"], listed["entries"], listed["reason"]) == (
        "standing", 12, "likes for likes"
    )  # fmt: skip
    shown = await get(tea, "/reversals/ring-1?limit=1")
    assert shown["from"] == "2026-01-01T00:00:00Z"
    rest = await get(tea, f"/reversals/ring-1?cursor={shown['next']}")
    assert sorted(row["member"] for row in [*shown["items"], *rest["items"]]) == ["ann", "bob"]
    assert shown["items"][0]["accounts"] == {"points": -6, "growth": -6}

    await undone(tea, order, before)
    known = given["position"]
    assert (await get(tea, f"/members/bob?known_at={known}"))["points"] == 5


async def undone(tea: World, order: dict[str, Any], before: list[tuple[int, int, int]]) -> None:
    """Undo it, once and for ever."""
    back = await done(tea, f"{AT}/ring-1/undo")
    assert back["parts"] == 2
    assert await sums(tea) == before
    assert (await done(tea, f"{AT}/ring-1/undo"))["parts"] == 0
    assert (await get(tea, "/reversals/ring-1"))["state"] == "undone"
    assert (await get(tea, "/reversals/ring-1"))["accounts"] == {"points": 0, "growth": 0}
    assert (await tea.client.post(AT, json=order)).status_code == 409


async def test_what_comes_late_is_of_no_order_given_before(tea: World) -> None:
    order = {**RING, "reversal": "ring-1"}
    await done(tea, AT, order)
    await get(tea, "", **await said(tea, like(20, "cy", "bob")))
    assert (await done(tea, AT, order))["parts"] == 0
    assert (await get(tea, "/members/bob"))["points"] == 7
    assert (await done(tea, AT, {**order, "reversal": "ring-2"}))["members"] == 1
    assert (await get(tea, "/members/bob"))["points"] == 5


async def test_an_order_of_a_rule_alone_and_of_everything(tea: World) -> None:
    order = {"reversal": "rule", "rules": ["liked"], "from": DAY, "to": "2026-03-03T00:00:00Z"}
    assert (await done(tea, AT, order))["members"] == 3
    assert await sums(tea) == [(-5, 5, 1), (5, 5, 1), (5, 5, 1)]
    rest = {"reversal": "rest", "members": ["ann"], "from": DAY}
    assert (await done(tea, AT, rest))["members"] == 1
    assert (await sums(tea))[0] == (-10, 0, 1)


async def test_an_order_sent_by_halves_is_completed(
    tea: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.incentives.reversals.loading.MOST", 2)
    monkeypatch.setattr("services.api.reversals.giving.AT_ONCE", 1)
    append, journal = tea.context.journal.append, tea.context.journal
    left = [1, 1]

    async def dying(slug: str, actions: Any) -> int:
        if not left:
            raise LogUnavailableError("gone")
        left.pop()
        return await append(slug, actions)

    order = {**RING, "reversal": "ring-1"}
    with monkeypatch.context() as patch:
        patch.setattr(journal, "append", dying)
        assert (await tea.client.post(AT, json=order)).status_code == 503
    await get(tea, "", **{"Hearth-Wait-For": "latest"})
    assert (await sums(tea)) != [(-5, 5, 1), (5, 5, 1), (7, 7, 1)]
    assert (await done(tea, AT, order))["parts"] == 2
    assert await sums(tea) == [(-5, 5, 1), (5, 5, 1), (7, 7, 1)]


async def test_a_wrong_order_is_told_what_is_wrong(tea: World) -> None:
    wrong: list[tuple[dict[str, Any], int]] = [
        ({"from": DAY}, 422),
        ({"members": [], "from": DAY}, 422),
        ({"members": ["ann"]}, 422),
        ({"members": ["ann"], "from": DAY, "to": DAY}, 422),
        ({"members": ["ann", "nobody"], "from": DAY}, 422),
        ({"members": ["a\x00b"], "from": DAY}, 400),
        ({"rules": ["never"], "from": DAY}, 422),
        ({"rules": ["liked"], "from": "0001-01-01T00:00:00Z"}, 200),
        ({"rules": ["liked"], "from": "yesterday"}, 422),
    ]
    for body, status in wrong:
        answer = await tea.client.post(f"{AT}/preview", json=body)
        assert answer.status_code == status, answer.text
    for more, status in (
        ({"reversal": "no/slash"}, 422),
        ({"reversal": "r", "entries": 3}, 409),
        ({"reversal": "r", "from": "2027-01-01T00:00:00Z"}, 409),
        ({"reversal": "r"}, 202),
    ):
        answer = await tea.client.post(AT, json={**RING, **more})
        assert answer.status_code == status, answer.text
    await get(tea, "", **{"Hearth-Wait-For": "latest"})
    other = await tea.client.post(AT, json={**RING, "reversal": "r", "members": ["ann"]})
    assert other.status_code == 409
    assert (await tea.client.post(f"{AT}/never/undo")).status_code == 404
    assert (await tea.client.get(f"{AT}/never")).status_code == 404
    assert (await tea.client.get(f"{AT}?cursor=x")).status_code == 400
    reader = await tea.key("read", communities=["tea"])
    assert (await reader.post(f"{AT}/preview", json=RING)).status_code == 403
    assert (await reader.post(f"{AT}/r/undo")).status_code == 403
    assert (await reader.get(AT)).status_code == 200
