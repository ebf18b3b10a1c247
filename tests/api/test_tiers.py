"""Tiers and numbers of one's own, end to end: orders and deeds in; once days have passed, out."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.kit.actions.record import tick
from services.kit.runtime import clock
from tests.api.world import World, folding, said

POLICY: dict[str, Any] = {
    "name": "tea",
    "accounts": {
        "points": {},
        "growth": {},
        "学习力": {"spendable": False, "decays": {"share": 0.1}},
    },
    "points": [{"name": "post", "on": "post.created", "doer": {"学习力": 100}}],
    "badges": {"keen": {"kind": "account", "account": "学习力", "at_least": 100}},
    "tiers": {},
}
AT = "/v1/communities/tea"


def order(number: int, member: str, amount: int) -> dict[str, Any]:
    data = {"order": f"o{number}", "amount": amount, "currency": "CNY", "coupon": "ten"}
    return {"id": f"order/{number}", "type": "order.paid", "member": member, "data": data}


POST = {"id": "post/1", "type": "post.created", "member": "li", "data": {"post": "p1"}}
LIKE = {
    "id": "like/1",
    "type": "reaction.added",
    "member": "ming",
    "data": {"target": "p1", "author_of_target": "li", "kind": "like"},
}


async def passes(world: World, instant: int) -> dict[str, str]:
    """Log time comes to an instant; the header that waits for it."""
    partition = (await world.context.registry.community("tea")).partition
    position = await world.log.append(partition, [tick(partition, instant)])
    return {"Hearth-Wait-For": str(position)}


def tomorrow(days: int = 1) -> int:
    """When a later local day begins in the community."""
    zone = clock.zone("Asia/Shanghai")
    return clock.day_start(clock.local_day(clock.now(), zone) + days, zone)


@pytest.fixture
async def tea(world: World) -> AsyncIterator[World]:
    """Ming bought three times and liked what Li wrote; a day has passed."""
    async with folding(world):
        await world.put("tea")
        published = await world.client.post(f"{AT}/policies", json=POLICY)
        assert published.status_code == 202, published.text
        await said(world, *(order(number, "ming", 20_000) for number in range(3)), POST, LIKE)
        after = await passes(world, tomorrow())
        assert (await world.client.get(AT, headers=after)).status_code == 200
        yield world


async def get(world: World, path: str, **query: str | int) -> Any:
    answer = await world.client.get(AT + path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_member_shows_the_tier_and_the_figures_behind_it(tea: World) -> None:
    ming = await get(tea, "/members/ming")
    place = (ming["tier"], ming["lifecycle"], ming["persona"])
    assert place == ("active", "loyalty", "price-hunter")
    standing = ming["standing"]
    assert (standing["basis"], standing["scored"], standing["value"]) == ("commerce", 1, 5 + 3 + 3)
    assert standing["money"] == {"value": 60_000, "score": 3}
    assert standing["recency"] == {"value": 0, "score": 5}
    assert standing["at"] == clock.rfc3339(tomorrow())
    li = await get(tea, "/members/li")
    assert (li["tier"], li["lifecycle"], li["persona"]) == ("ordinary", "interest", None)
    assert li["standing"]["influence"] == {"value": 1, "score": 1}
    listed = (await get(tea, "/members"))["items"]
    assert {row["member"]: row["tier"] for row in listed} == {"ming": "active", "li": "ordinary"}


async def test_it_has_a_history_and_a_past(tea: World) -> None:
    after = await passes(tea, tomorrow(40))
    at = (await tea.client.get(f"{AT}/members/ming/tiers", headers=after)).json()["items"]
    assert [row["lifecycle"] for row in at] == ["at-risk", "loyalty"]
    before = clock.rfc3339(tomorrow() - 1)
    assert (await get(tea, "/members/ming", as_of=before))["tier"] is None
    then = await get(tea, "/members/ming", as_of=clock.rfc3339(tomorrow(5)))
    assert then["lifecycle"] == "loyalty"
    known = int(after["Hearth-Wait-For"]) - 1
    assert (await get(tea, "/members/ming", known_at=known))["lifecycle"] == "loyalty"
    assert (await get(tea, "/members/ming"))["lifecycle"] == "at-risk"
    assert len((await get(tea, "/members/ming/tiers", limit=1))["items"]) == 1


async def test_a_community_shows_how_many_stand_where_and_who_moved(tea: World) -> None:
    census = await get(tea, "/tiers")
    assert (census["members"], census["tiers"]["active"]) == (2, 1)
    assert census["lifecycle"]["interest"] == census["personas"]["price-hunter"] == 1
    assert (await get(tea, "/tiers", as_of="2020-01-01T00:00:00Z"))["members"] == 0
    zone = clock.zone("Asia/Shanghai")
    month = clock.as_date(clock.local_day(tomorrow(), zone)).isoformat()[:7]
    flow = await get(tea, "/tiers/flow", month=month)
    assert flow["moves"] == [
        {"from": None, "to": "ordinary", "members": 1},
        {"from": None, "to": "active", "members": 1},
    ]
    stages = await get(tea, "/tiers/flow", month=month, of="lifecycle")
    assert [move["to"] for move in stages["moves"]] == ["interest", "loyalty"]


async def test_facts_tell_of_changes(tea: World) -> None:
    query = "SELECT type, data FROM projection.facts WHERE type ~ '^(tier|lifecycle)' ORDER BY id"
    told = [(row["type"], json.loads(row["data"])) for row in await tea.context.pool.fetch(query)]
    changes = [(type_, data["from"], data["to"]) for type_, data in told]
    assert sorted(changes) == [
        ("lifecycle.changed", "", "interest"),
        ("lifecycle.changed", "", "loyalty"),
        ("tier.changed", "ordinary", "active"),
    ]


async def test_a_number_of_ones_own_falls_and_has_a_board(tea: World) -> None:
    li = await get(tea, "/members/li")
    assert li["accounts"]["学习力"] == 90
    assert [badge["badge"] for badge in li["badges"]] == ["keen"]
    entries = (await get(tea, "/members/li/ledger"))["items"]
    assert [(each["why"], each["granted"], each["event"] is None) for each in entries] == [
        ("decayed", -10, True),
        ("granted", 100, False),
    ]
    board = await get(tea, "/boards/学习力")
    assert [(row["member"], row["value"]) for row in board["rows"]] == [("li", 90)]


async def test_an_airline_pays_by_tier_and_says_what_is_missing(tea: World) -> None:
    await tea.put("sky", policy="airline")
    bought = [{**order(number, "ann", 1_200_000), "community": "sky"} for number in (1, 2)]
    after = await said(tea, *bought)
    answer = await tea.client.get("/v1/communities/sky/members/ann", headers=after)
    ann = answer.json()
    assert ann["accounts"] == {"points": 12_000 + 15_000, "status": 2_400, "engagement": 0}
    assert (ann["level"]["name"], ann["level"]["next"]["missing"]) == ("silver", 100)
    assert ann["lots"][0]["amount"] == 27_000


async def test_who_may_not_read_or_asks_wrongly_is_told(tea: World) -> None:
    assert (await tea.client_with(None).get(f"{AT}/tiers")).status_code == 401
    assert (await tea.client.get(f"{AT}/members/who/tiers")).status_code == 404
    for query in ("month=2026-13", "month=2026-03&of=hat", "of=tier"):
        answer = await tea.client.get(f"{AT}/tiers/flow?{query}")
        assert answer.status_code == 422, answer.text
        assert answer.json()["errors"][0]["pointer"].startswith("?")
