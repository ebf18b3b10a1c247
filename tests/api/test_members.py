"""What members earned, end to end: actions in, points, ledger, explanation and boards out."""

from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import quote

import pytest

from services.api.events import runs
from tests.api.world import World, folding, said

POLICY = {
    "name": "tea",
    "points": [
        {"name": "post", "on": "post.created", "doer": {"points": 5, "growth": 5}},
        {
            "name": "liked",
            "on": "reaction.added",
            "when": {"data.kind": "like", "self": False},
            "author": {"points": 2},
        },
    ],
    "ladders": {
        "main": {
            "levels": [{"name": "青铜"}, {"name": "白银", "at_least": 8, "privileges": ["vote"]}]
        }
    },
}


def post(n: int, member: str, at: str) -> dict[str, Any]:
    return {
        "id": f"post/{n}",
        "type": "post.created",
        "member": member,
        "time": f"2026-03-0{at}T08:00:00+08:00",
        "data": {"post": f"p{n}", "text": "oolong"},
    }


LIKE = {
    "id": "like/1",
    "type": "reaction.added",
    "member": "li",
    "time": "2026-03-04T08:00:00+08:00",
    "data": {"target": "p1", "author_of_target": "ming", "kind": "like"},
}


@pytest.fixture
async def tea(world: World) -> AsyncIterator[World]:
    """Ming wrote on two days and was liked; Li wrote once; the reader has seen it all."""
    async with folding(world):
        await world.put("tea")
        published = await world.client.post("/v1/communities/tea/policies", json=POLICY)
        assert published.status_code == 202, published.text
        after = await said(
            world, post(1, "ming", "1"), post(2, "ming", "3"), post(3, "li", "2"), LIKE
        )
        assert (await world.client.get("/v1/communities/tea", headers=after)).status_code == 200
        yield world


async def get(world: World, path: str) -> dict[str, Any]:
    answer = await world.client.get(f"/v1/communities/tea/{path}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def test_a_member_now_and_as_of_a_time(tea: World) -> None:
    ming = await get(tea, "members/ming")
    assert (ming["member"], ming["points"], ming["growth"]) == ("ming", 12, 10)
    assert (ming["level"]["rank"], ming["level"]["name"]) == (2, "白银")
    then = await get(tea, "members/ming?as_of=2026-03-02T00:00:00Z")
    assert (then["points"], then["level"]["rank"]) == (5, 1)
    keys = {
        "roles",
        "points",
        "pending",
        "growth",
        "level",
        "badges",
        "streaks",
        "tier",
        "lifecycle",
    }
    assert keys <= ming.keys()
    first = (await get(tea, "members/ming/ledger"))["items"][-1]["position"]
    known = await get(tea, f"members/ming?known_at={first}")
    assert (known["points"], known["level"]["rank"]) == (5, 1)
    entries = (await get(tea, f"members/ming/ledger?known_at={first}"))["items"]
    assert {entry["position"] for entry in entries} == {first}
    before = await tea.client.get("/v1/communities/tea/members/ming?as_of=2026-01-01T00:00:00Z")
    assert before.status_code == 404
    levels = (await get(tea, "members/ming/levels"))["items"]
    assert [(level["from"], level["to"]) for level in levels] == [(1, 2)]


async def test_a_growth_report_of_a_month(tea: World) -> None:
    since = (await get(tea, "members/ming"))["since"][:7]
    report = await get(tea, f"members/ming/report?month={since}")
    assert report["month"] == since
    assert report["accounts"][0]["ended"] >= report["accounts"][0]["began"]
    for month in ("2026-13", "1800-01", "June"):
        path = f"/v1/communities/tea/members/ming/report?month={month}"
        assert (await tea.client.get(path)).status_code == 422
    path = f"/v1/communities/tea/members/nobody/report?month={since}"
    assert (await tea.client.get(path)).status_code == 404


async def test_members_are_listed_the_most_first(tea: World) -> None:
    first = await get(tea, "members?sort=points&limit=1")
    second = await get(tea, f"members?sort=points&limit=1&cursor={first['next']}")
    assert [page["items"][0]["member"] for page in (first, second)] == ["ming", "li"]
    assert {m["member"] for m in (await get(tea, "members"))["items"]} == {"ming", "li"}
    assert (await tea.client.get("/v1/communities/tea")).json()["counts"]["members"] == 2


async def test_a_parameter_that_is_not_taken_is_refused(tea: World) -> None:
    """Left out in silence it would answer another question than was asked."""
    for path, wrong in (
        ("members?as_of=2026-03-02T00:00:00Z", "as_of"),
        ("members/ming?asof=2026-03-02T00:00:00Z", "asof"),
        ("metrics/ugc_share?windw=day", "windw"),
        ("rules?window=day", "window"),
    ):
        answer = await tea.client.get(f"/v1/communities/tea/{path}")
        assert answer.status_code == 400, path
        assert [fault["pointer"] for fault in answer.json()["errors"]] == [f"?{wrong}"]
    told = (await tea.client.get("/v1/communities/tea/members?as_of=x")).json()["detail"]
    assert "cursor, limit, sort" in told


async def test_the_ledger_names_the_event_of_every_entry(tea: World) -> None:
    entries = (await get(tea, "members/ming/ledger"))["items"]
    told = [
        (e["event"]["id"], e["account"], e["rule"], e["granted"], e["balance"]) for e in entries
    ]
    assert told[0] == ("like/1", "points", "liked", 2, 12)
    assert {entry["member"] for entry in entries} == {"ming"}
    assert {each[0] for each in told} == {"like/1", "post/1", "post/2"}
    paged: list[str] = []
    cursor = ""
    while cursor is not None:
        page = await get(tea, f"members/ming/ledger?limit=2{cursor}")
        paged += [entry["event"]["id"] for entry in page["items"]]
        cursor = page["next"] and f"&cursor={page['next']}"
    assert paged == [each[0] for each in told]
    past = (await get(tea, "members/ming/ledger?as_of=2026-03-02T00:00:00Z"))["items"]
    assert {entry["event"]["id"] for entry in past} == {"post/1"}


async def test_an_event_is_explained_rule_by_rule(tea: World) -> None:
    told = await get(tea, "explanation?source=test&id=like/1")
    (rule,) = told["rules"]
    assert (told["type"], rule["rule"], rule["matched"]) == ("reaction.added", "liked", True)
    assert [(e["member"], e["granted"]) for e in rule["entries"]] == [("ming", 2)]
    assert told["event"] == {"source": "test", "id": "like/1"}
    unknown = await tea.client.get("/v1/communities/tea/explanation?source=test&id=like/2")
    assert unknown.status_code == 404


async def test_a_board_ranks_and_shows_a_members_surroundings(tea: World) -> None:
    board = await get(tea, "boards/points")
    assert [(r["rank"], r["member"], r["value"]) for r in board["rows"]] == [
        (1, "ming", 12),
        (2, "li", 5),
    ]
    around = await get(tea, "boards/points?around=li&limit=3")
    assert ("li", 2) in [(row["member"], row["rank"]) for row in around["rows"]]
    past = await get(tea, "boards/points?as_of=2026-03-02T12:00:00Z")
    assert {(r["rank"], r["member"], r["value"]) for r in past["rows"]} == {
        (1, "ming", 5),
        (1, "li", 5),
    }
    month = await get(tea, "boards/points?period=month&at=2026-02-10T00:00:00Z")
    assert month["rows"] == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("members/nobody", 404),
        ("members/nobody/ledger", 404),
        ("members/%00", 422),
        ("members/", 422),
        ("members?sort=gossip", 404),
        ("members/ming?as_of=yesterday", 400),
        ("members/ming?known_at=1000000", 400),
        ("members/ming?known_at=-1", 422),
        ("members/ming?as_of=2026-03-02T00:00:00", 400),
        ("members/ming/ledger?cursor=WzEsMiw5OTk5OTk5XQ", 400),
        ("boards/gossip", 404),
        ("boards/points?around=nobody", 404),
        ("boards/points?limit=0", 422),
        ("boards/points?period=century", 422),
        ("explanation?source=test", 422),
    ],
)
async def test_what_is_not_there_is_said(tea: World, path: str, status: int) -> None:
    answer = await tea.client.get(f"/v1/communities/tea/{path}")
    assert (answer.status_code, answer.json()["status"]) == (status, status)


async def test_a_members_id_may_hold_anything(tea: World) -> None:
    for n, name in enumerate(("a/b", "a b", "名字", "x?y#z", "..dots")):
        after = await said(tea, post(n + 10, name, "5"))
        path = f"/v1/communities/tea/members/{quote(name, safe='')}"
        answer = await tea.client.get(path, headers=after)
        assert (answer.status_code, answer.json()["member"]) == (200, name)


def test_near_positions_are_read_in_one_run() -> None:
    assert list(runs([1, 5, 9, 400, 401])) == [(1, 10), (400, 402)]
    assert list(runs([])) == []


async def test_quests_show_how_far_a_member_is(tea: World) -> None:
    steps = [{"kind": "count", "action": "post.created", "at_least": 2, "title": "Write"}]
    document = {**POLICY, "quests": {"writer": {"steps": steps, "gives": {"points": 9}}}}
    await tea.client.post("/v1/communities/tea/policies", json=document)
    after = await said(tea, {**post(4, "ming", "1"), "time": None})
    there = await tea.client.get("/v1/communities/tea/members/ming/quests", headers=after)
    assert there.status_code == 200, there.text
    (quest,) = there.json()["items"]
    assert (quest["quest"], quest["state"], quest["completed"]) == ("writer", "open", 0)
    (step,) = quest["steps"]
    assert step == {"kind": "count", "title": "Write", "have": 1, "at_least": 2, "done": False}
    assert (await get(tea, "members/ming"))["quests"] == [quest]
    await said(tea, {**post(5, "ming", "1"), "time": None})
    past = await get(tea, "members/ming/quests?as_of=2026-03-02T00:00:00Z")
    assert [each["state"] for each in past["items"]] == ["waiting"]
    assert (await tea.client.get("/v1/communities/tea/members/no/quests")).status_code == 404


async def test_a_member_sees_whom_they_invited(tea: World) -> None:
    gives = [{"points": 7}]
    document = {**POLICY, "referrals": {"friends": {"on": "post.created", "gives": gives}}}
    answer = await tea.client.post("/v1/communities/tea/policies", json=document)
    assert answer.is_success, answer.text
    invite = {"id": "i/1", "type": "invite.accepted", "member": "neu", "data": {"inviter": "ming"}}
    after = await said(tea, invite, {**post(9, "neu", "1"), "time": None})
    path = "/v1/communities/tea/members/ming/referrals"
    there = await tea.client.get(path, headers=after)
    assert there.status_code == 200, there.text
    shown = there.json()
    assert (shown["invited_by"], shown["invited"], shown["next"]) == (None, 1, None)
    assert [each["member"] for each in shown["items"]] == ["neu"]
    assert shown["brought"] == [{"referral": "friends", "account": "points", "granted": 7}]
    theirs = (await tea.client.get("/v1/communities/tea/members/neu/referrals")).json()
    assert (theirs["invited_by"], theirs["items"]) == ("ming", [])
    assert (await tea.client.get(f"{path}?cursor=WzFd")).status_code == 400
    assert (await tea.client.get("/v1/communities/tea/members/no/referrals")).status_code == 404
