"""Redeeming over HTTP: decided once, never more than there is, whatever dies in between."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from services.cli.projections import projections
from services.incentives.rewards.commands import Decision, Desk, RefusedError
from services.incentives.rewards.writing import Outbox
from services.kit.log.port import Entry, LogUnavailableError
from services.kit.projection.rebuild import Rebuild
from services.kit.projection.replay import Sources
from services.kit.projection.verify import Proof
from services.kit.runtime import clock, database
from tests.api.world import World, folding, said

POLICY: dict[str, Any] = {
    "name": "tea",
    "accounts": {"points": {"expires": {"after_days": 365}}, "growth": {}},
    "points": [{"name": "post", "on": "post.created", "doer": {"points": 10, "growth": 10}}],
    "ladders": {"main": {"levels": [{"name": "a"}, {"name": "b", "at_least": 20}]}},
    "rewards": {
        "mug": {"title": "Mug", "cost": {"points": 10}, "stock": 2},
        "tin": {"cost": {"points": 10}, "per_member": 1},
        "visit": {"cost": {"points": 10}, "level": 2},
        "voucher": {"kind": "coupon", "cost": {"points": 10}, "valid_days": 30},
        "gone": {"until": "2026-01-01T00:00:00Z"},
    },
}


def posts(member: str, count: int) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{member}/{n}",
            "type": "post.created",
            "member": member,
            "data": {"post": f"{member}{n}"},
        }
        for n in range(count)
    ]


@pytest.fixture
async def tea(world: World) -> AsyncIterator[World]:
    """Ming has 30 points, Li 10, and Mo 10 and nothing to read."""
    async with folding(world):
        await world.put("tea")
        published = await world.client.post("/v1/communities/tea/policies", json=POLICY)
        assert published.status_code == 202, published.text
        after = await said(world, *posts("ming", 3), *posts("li", 1), *posts("mo", 1))
        assert (await world.client.get("/v1/communities/tea", headers=after)).status_code == 200
        yield world


async def redeem(world: World, member: str, reward: str, redemption: str) -> httpx2.Response:
    path = f"/v1/communities/tea/rewards/{reward}/redeem"
    return await world.client.post(path, json={"member": member, "redemption": redemption})


async def get(world: World, path: str, after: httpx2.Response | None = None) -> dict[str, Any]:
    headers = {} if after is None else {"Hearth-Wait-For": after.headers["Hearth-Position"]}
    answer = await world.client.get(f"/v1/communities/tea/{path}", headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def order(world: World, redemption: str, what: str) -> httpx2.Response:
    return await world.client.post(f"/v1/communities/tea/redemptions/{redemption}/{what}")


async def left(world: World, reward: str) -> int | None:
    items = (await get(world, "rewards"))["items"]
    return next(item["left"] for item in items if item["reward"] == reward)


async def test_a_reward_is_paid_once(tea: World) -> None:
    first = await redeem(tea, "ming", "voucher", "r1")
    assert first.status_code == 202, first.text
    assert first.json()["cost"] == {"points": 10}
    assert len(first.json()["code"]) == 12
    again = await redeem(tea, "ming", "voucher", "r1")
    assert (again.status_code, again.json()) == (202, first.json())
    ming = await get(tea, "members/ming", first)
    assert (ming["points"], ming["available"]["points"], ming["growth"]) == (20, 20, 30)
    assert (await redeem(tea, "ming", "voucher", "r1")).json() == first.json()
    page = await get(tea, "members/ming/redemptions")
    assert [(row["redemption"], row["state"]) for row in page["items"]] == [("r1", "redeemed")]
    assert page["items"][0]["code"] == first.json()["code"]
    assert tea.written("tea")[-1][0] == "reward.redeemed"


async def test_each_refusal_says_why(tea: World) -> None:
    assert (await redeem(tea, "ming", "mug", "m1")).status_code == 202
    assert (await redeem(tea, "ming", "tin", "t1")).status_code == 202
    refused = {
        ("li", "visit", "v1"): "Level too low",
        ("ming", "tin", "t2"): "Limit reached",
        ("ming", "gone", "g1"): "Not on offer",
        ("li", "mug", "m1"): "Redemption id taken",
        ("ming", "mug", "t1"): "Redemption id taken",
    }
    for (member, reward, name), title in refused.items():
        answer = await redeem(tea, member, reward, name)
        assert (answer.status_code, answer.json()["title"]) == (409, title)
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
    assert (await redeem(tea, "li", "mug", "m2")).status_code == 202
    assert (await redeem(tea, "mo", "mug", "m3")).json()["title"] == "Out of stock"
    assert (await redeem(tea, "li", "voucher", "v2")).json()["title"] == "Not enough"
    assert (await redeem(tea, "li", "no-such", "x")).status_code == 404
    assert (await redeem(tea, "nobody", "mug", "x")).status_code == 404


async def test_a_debt_is_named_and_has_to_be_earned_back(tea: World) -> None:
    bought = await redeem(tea, "li", "voucher", "r1")
    assert bought.status_code == 202
    undone = {"id": "gone", "type": "post.removed", "data": {"post": "li0"}}
    after = (await said(tea, undone))["Hearth-Wait-For"]
    li = (
        await tea.client.get("/v1/communities/tea/members/li", headers={"Hearth-Wait-For": after})
    ).json()
    assert (li["points"], li["debts"], li["available"]) == (
        -10,
        {"points": 10},
        {"points": 0, "growth": 0},
    )
    assert (await redeem(tea, "li", "gone", "r2")).json()["title"] == "Not on offer"
    assert (await redeem(tea, "li", "voucher", "r2")).json()["title"] == "In debt"
    more = posts("li", 4)[1:]
    after = (await said(tea, *more))["Hearth-Wait-For"]
    await tea.client.get("/v1/communities/tea", headers={"Hearth-Wait-For": after})
    assert (await redeem(tea, "li", "voucher", "r2")).status_code == 202


async def test_cancelling_gives_points_and_stock_back(tea: World) -> None:
    taken = await redeem(tea, "ming", "mug", "r1")
    assert await left(tea, "mug") == 1  # held or folded, all the same
    await get(tea, "members/ming", taken)
    cancelled = await order(tea, "r1", "cancel")
    assert cancelled.status_code == 202, cancelled.text
    assert (await get(tea, "members/ming", cancelled))["available"]["points"] == 30
    assert await left(tea, "mug") == 2
    assert (await order(tea, "r1", "fulfil")).json()["detail"] == "It is cancelled already."
    assert (await order(tea, "r9", "fulfil")).status_code == 404
    done = await order(
        tea, (await redeem(tea, "ming", "tin", "a/b")).json()["redemption"], "fulfil"
    )
    page = await get(tea, "members/ming/redemptions?limit=1", done)
    assert [row["state"] for row in page["items"]] == ["fulfilled"]
    older = await get(tea, f"members/ming/redemptions?cursor={page['next']}")
    assert [row["state"] for row in older["items"]] == ["cancelled"]


async def test_reading_the_past(tea: World) -> None:
    taken = await redeem(tea, "ming", "mug", "r1")
    await get(tea, "members/ming", taken)
    then = "2026-03-01T00:00:00Z"
    assert (await get(tea, f"members/ming/redemptions?as_of={then}"))["items"] == []
    shown = (await get(tea, f"rewards?as_of={then}"))["items"]
    mug = next(item for item in shown if item["reward"] == "mug")
    assert (mug["left"], mug["taken"]) == (2, 0)


async def test_who_may_order(tea: World) -> None:
    reader = await tea.key("read")
    body = {"member": "ming", "redemption": "r1"}
    assert (await reader.get("/v1/communities/tea/rewards")).status_code == 200
    answer = await reader.post("/v1/communities/tea/rewards/mug/redeem", json=body)
    assert answer.status_code == 403
    for wrong in ({"member": "ming"}, {**body, "redemption": "x" * 201}, {**body, "more": 1}):
        answer = await tea.client.post("/v1/communities/tea/rewards/mug/redeem", json=wrong)
        assert answer.status_code == 422


async def test_a_hold_counts_before_anything_is_folded(world: World) -> None:
    """The consumer stands still after it has folded what was earned."""
    await world.put("tea")
    async with folding(world):
        await world.client.post("/v1/communities/tea/policies", json=POLICY)
        after = await said(world, *posts("ming", 1), *posts("li", 3))
        await world.client.get("/v1/communities/tea", headers=after)
    answers = await asyncio.gather(*(redeem(world, "ming", "voucher", f"r{n}") for n in range(9)))
    assert Counter(answer.status_code for answer in answers) == {202: 1, 409: 8}
    answers = await asyncio.gather(*(redeem(world, "li", "mug", f"m{n}") for n in range(9)))
    assert Counter(answer.status_code for answer in answers) == {202: 2, 409: 7}
    assert (await get(world, "members/ming"))["available"]["points"] == 0
    assert (await get(world, "members/ming"))["points"] == 10
    same = await asyncio.gather(*(redeem(world, "li", "voucher", "one") for _ in range(9)))
    assert len({answer.text for answer in same}) == 1
    async with folding(world):
        taken = await get(world, "members/li", same[0])
    assert (taken["points"], taken["available"]["points"]) == (0, 0)


async def test_desks_of_several_processes_decide_as_one(world: World) -> None:
    await world.put("tea")
    async with folding(world):
        await world.client.post("/v1/communities/tea/policies", json=POLICY)
        after = await said(world, *posts("ming", 3), *posts("li", 3))
        await world.client.get("/v1/communities/tea", headers=after)
    here = world.context
    desks = [Desk(here.dsn, here.journal, world.log) for _ in range(4)]
    community = await here.registry.community("tea")
    tokens = await here.directory.find(community.key, ["ming", "li"])
    for desk in desks:
        await desk.start()
    wishes = [
        desk.redeem(community, (member, tokens[member]), reward, f"{member}/{reward}/{n}")
        for n, desk in enumerate(desks * 3)
        for member in tokens
        for reward in ("mug", "voucher")
    ]
    answers = await asyncio.gather(*wishes, return_exceptions=True)
    for desk in desks:
        await desk.stop()
    made = Counter(answer.reward for answer in answers if isinstance(answer, Decision))
    refused = {type(answer) for answer in answers if not isinstance(answer, Decision)}
    assert (made.total(), made["mug"], refused) == (6, 2, {RefusedError})


class DeafLog:
    """Takes nothing, or takes it and dies before it says so."""

    def __init__(self, log: Any, *, takes: bool) -> None:
        self._log, self._takes = log, takes

    async def append(self, partition: int, entries: list[Entry]) -> int:
        if self._takes:
            await self._log.append(partition, entries)
        raise LogUnavailableError("dead")


@pytest.mark.parametrize(("takes", "ahead"), [(False, 0), (True, 0), (False, clock.DAY)])
async def test_a_decision_outlives_whoever_made_it(
    tea: World, takes: bool, ahead: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It dies between the decision and the log, or between the log and the note of it; with a
    clock that was ahead, too."""
    journal, true = tea.context.journal, clock.now
    monkeypatch.setattr(clock, "now", lambda: true() + ahead)
    monkeypatch.setattr(journal, "_log", DeafLog(tea.log, takes=takes))
    assert (await redeem(tea, "li", "mug", "r1")).status_code == 503
    monkeypatch.undo()
    assert (await redeem(tea, "li", "tin", "r2")).json()["title"] == "Not enough"
    db = await database.connect(tea.context.dsn)
    relays = [Outbox(tea.context.dsn, tea.log, unsent_for=0) for _ in range(2)]
    assert sum([await relay.relay(db) for relay in relays]) == 1
    await db.close()
    again = await redeem(tea, "li", "mug", "r1")
    assert again.status_code == 202
    li = await get(tea, "members/li", again)
    assert (li["points"], li["available"]["points"]) == (0, 0)
    assert [type_ for type_, _ in tea.written("tea")].count("reward.redeemed") == 1 + takes
    assert await left(tea, "mug") == 1


async def test_asked_again_it_is_sent_again(tea: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tea.context.journal, "_log", DeafLog(tea.log, takes=False))
    assert (await redeem(tea, "li", "mug", "r1")).status_code == 503
    monkeypatch.undo()
    again = await redeem(tea, "li", "mug", "r1")
    assert (again.status_code, again.json()["redemption"]) == (202, "r1")
    assert (await get(tea, "members/li", again))["points"] == 0


async def test_replay_is_identity_with_holds_pending(
    tea: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = await redeem(tea, "ming", "mug", "r1")
    await get(tea, "members/ming", first)
    monkeypatch.setattr(tea.context.journal, "_log", DeafLog(tea.log, takes=False))
    assert (await redeem(tea, "li", "mug", "r2")).status_code == 503
    here, projection = tea.context, projections()["incentives"]
    sources = Sources(tea.log, here.registry, here.directory)
    different, _ = await Proof(projection, here.dsn, sources).different()
    assert different == []
    monkeypatch.undo()
    await Rebuild(projection, here.dsn, sources).run()
    assert (await redeem(tea, "mo", "mug", "r3")).json()["title"] == "Out of stock"
    again = await redeem(tea, "li", "mug", "r2")
    assert (await get(tea, "members/li", again))["points"] == 0
    different, _ = await Proof(projection, here.dsn, sources).different()
    assert different == []


async def test_what_is_long_folded_is_forgotten_and_still_known(tea: World) -> None:
    first = await redeem(tea, "ming", "voucher", "r1")
    await get(tea, "members/ming", first)
    pool = tea.context.pool
    await pool.execute("DELETE FROM rewards.decision")
    assert (await redeem(tea, "ming", "voucher", "r1")).json() == first.json()
    assert (await redeem(tea, "ming", "mug", "r1")).json()["title"] == "Redemption id taken"
