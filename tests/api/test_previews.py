"""Previews over HTTP, and the gate in front of publishing."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.api.policies import previews
from services.kit.projection import generations
from services.kit.runtime import clock
from tests.api.world import World, folding, said

PATH = "/v1/communities/tea/policies"


def policy(second: int = 20, **more: Any) -> dict[str, Any]:
    """A post pays 5; the second level begins at `second`."""
    levels = [{"name": "a"}, {"name": "b", "at_least": second}]
    paid = {"name": "post", "on": "post.created", "doer": {"points": 5, "growth": 5}}
    return {"points": [paid], "ladders": {"main": {"levels": levels}}, **more}


async def acted(world: World, first: dict[str, Any]) -> None:
    """Given tea under a policy, in which lin wrote four posts, wei and an three."""
    await world.put("tea")
    assert (await world.client.post(PATH, json=first)).status_code == 202
    for member, count in (("lin", 4), ("wei", 3), ("an", 3)):
        for number in range(count):
            post = f"{member}/{number}"
            action = {"type": "post.created", "member": member, "data": {"post": post}}
            after = await said(world, {"id": post, **action})
    answer = await world.client.get("/v1/communities/tea/members", headers=after)
    assert answer.status_code == 200, answer.text


@pytest.fixture
async def folded(world: World) -> AsyncIterator[World]:
    async with folding(world):
        yield world


async def test_who_would_gain_and_lose(folded: World) -> None:
    await acted(folded, policy())
    before = len(folded.written("tea"))
    answer = await folded.client.post(f"{PATH}/preview?limit=1", json=policy(15))
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["totals"]["affected"], told["totals"]["levels_up"], told["more"]) == (2, 2, 1)
    (change,) = told["changes"]
    assert change["member"] in {"wei", "an"}
    assert change["levels"] == {"main": {"live": 1, "draft": 2}}
    assert change["accounts"]["points"] == {"live": 15, "draft": 15}
    assert len(folded.written("tea")) == before
    same = (await folded.client.post(f"{PATH}/preview", json=policy())).json()
    assert (same["totals"]["affected"], same["changes"], same["raised"]) == (0, [], 0)


async def test_dated_parts_hold_in_their_time_or_one_of_them_throughout(folded: World) -> None:
    await acted(folded, policy())
    harder = {"from": "2099-01-01T00:00:00Z", "ladders": policy(50)["ladders"]}
    draft = policy(dated=[harder])
    as_it_is = await folded.client.post(f"{PATH}/preview", json=draft)
    then = await folded.client.post(f"{PATH}/preview?rules_of=2099-06-01T00:00:00Z", json=draft)
    downs = [answer.json()["totals"]["levels_down"] for answer in (as_it_is, then)]
    assert downs == [0, 1]


async def test_a_wrong_draft_a_wrong_caller_and_a_wrong_time_are_refused(folded: World) -> None:
    await acted(folded, policy())
    wrong = await folded.client.post(f"{PATH}/preview", json={"helth": {}})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/helth")
    late = await folded.client.post(f"{PATH}/preview?rules_of=soon", json=policy())
    assert (late.status_code, late.json()["errors"][0]["pointer"]) == (400, "?rules_of")
    reader = await folded.key("read")
    assert (await reader.post(f"{PATH}/preview", json=policy())).status_code == 403
    other = await folded.key("operate", communities=["go"])
    assert (await other.post(f"{PATH}/preview", json=policy())).status_code == 404


async def test_one_at_a_time(folded: World) -> None:
    await acted(folded, policy())
    community = await folded.context.registry.community("tea")
    async with folded.context.previews.of(community, policy()):
        busy = await folded.client.post(f"{PATH}/preview", json=policy())
    assert (busy.status_code, busy.headers["Retry-After"]) == (429, "5")
    assert (await folded.client.post(f"{PATH}/preview", json=policy())).status_code == 200


@pytest.mark.parametrize(("limit", "value"), [("LONGEST", 5), ("SECONDS", 0.0)])
async def test_a_long_history_is_refused_with_the_command(
    folded: World, monkeypatch: pytest.MonkeyPatch, limit: str, value: float
) -> None:
    await acted(folded, policy())
    monkeypatch.setattr(previews, limit, value)
    answer = await folded.client.post(f"{PATH}/preview", json=policy())
    assert (answer.status_code, answer.json()["title"]) == (409, "Too long for a request")
    assert "hearth policy preview FILE --community tea" in answer.json()["detail"]
    rows = await folded.context.pool.fetch(generations.Q.scratches, "incentives_scratch_")
    assert rows == []
    monkeypatch.undo()
    assert (await folded.client.post(f"{PATH}/preview", json=policy())).status_code == 200


async def test_the_first_publications_have_nothing_to_compare(folded: World) -> None:
    await folded.put("tea")
    for second in (20, 50):
        draft = policy(second, gate={})
        answer = await folded.client.post(PATH, json=draft)
        assert answer.status_code == 202, answer.text
        wait = {"Hearth-Wait-For": str(answer.json()["position"])}
        assert (await folded.client.get(PATH, headers=wait)).status_code == 200


async def test_the_gate_says_what_would_have_to_change(folded: World) -> None:
    await acted(folded, policy(gate={}))
    before = len(folded.written("tea"))
    answer = await folded.client.post(PATH, json=policy(50))
    assert (answer.status_code, answer.json()["title"]) == (409, "The gate is closed")
    errors = {fault["pointer"]: fault["detail"] for fault in answer.json()["errors"]}
    assert "1 of 1 members above the first level would lose one (100.0%)" in errors["/ladders"]
    assert "name who approved" in errors["?approved_by"]
    mine = await folded.client.post(f"{PATH}?approved_by=Operator", json=policy(15))
    assert [fault["pointer"] for fault in mine.json()["errors"]] == ["?approved_by"]
    put = await folded.client.put("/v1/communities/tea", json={"policy": "knowledge"})
    assert (put.status_code, put.json()["title"]) == (409, "The gate is closed")
    assert len(folded.written("tea")) == before
    passed = await folded.client.post(f"{PATH}?approved_by=bo", json=policy(15))
    assert passed.status_code == 202, passed.text
    published = folded.written("tea")[-1][1]
    assert (published["by"], published["approved_by"]) == ("operator", "bo")


async def test_the_same_again_and_what_is_no_policy_need_no_approver(folded: World) -> None:
    await acted(folded, policy(gate={}))
    again = await folded.client.post(PATH, json=policy(gate={}))
    assert (again.status_code, again.json()["published"]) == (202, False)
    renamed = await folded.client.put("/v1/communities/tea", json={"name": "Tea"})
    assert renamed.status_code == 200


async def test_a_harmless_part_covers_for_no_harmful_one(folded: World) -> None:
    await acted(folded, policy(gate={"approver": "optional"}))
    yesterday = clock.rfc3339(clock.now() - clock.DAY)
    for begins in (yesterday, "2099-01-01T00:00:00Z"):
        later = {"from": begins, "ladders": policy(50)["ladders"]}
        answer = await folded.client.post(PATH, json=policy(dated=[later]))
        assert answer.status_code == 409, answer.text
    past = {"from": yesterday, "ladders": policy(20)["ladders"]}
    harmless = policy(50, dated=[past])
    assert (await folded.client.post(PATH, json=harmless)).status_code == 202


async def test_a_policy_without_a_gate_is_followed_by_any(folded: World) -> None:
    await acted(folded, policy())
    assert (await folded.client.post(PATH, json=policy(500))).status_code == 202


async def test_who_goes_away_gives_the_place_free(folded: World) -> None:
    await acted(folded, policy())
    community = await folded.context.registry.community("tea")
    inside = asyncio.Event()

    async def hold() -> None:
        async with folded.context.previews.of(community, policy()):
            inside.set()
            await asyncio.Event().wait()

    holding = asyncio.create_task(hold())
    async with asyncio.timeout(20):
        await inside.wait()
    holding.cancel()
    await asyncio.gather(holding, return_exceptions=True)
    assert (await folded.client.post(f"{PATH}/preview", json=policy())).status_code == 200


async def test_an_approval_is_bound_to_another_key(folded: World) -> None:
    await acted(folded, policy(gate={"approver": "key", "levels_lost_at_most": None}))
    draft = policy(15)
    author, namesake = await folded.key("operate"), await folded.key("operate")

    async def published(by: Any, **query: str) -> tuple[int, str]:
        answer = await by.post(PATH, json=draft, params=query)
        return answer.status_code, answer.json().get("detail", "")

    status, why = await published(author, approved_by="bo")
    assert (status, "another key" in why) == (409, True)
    for by in (author, namesake):  # both keys are of one name
        assert (await by.post(f"{PATH}/approvals", json=draft)).status_code == 204
    assert (await published(author))[0] == 409
    other = await folded.client.post(f"{PATH}/approvals", json=policy(16))
    assert other.status_code == 204
    assert (await published(author))[0] == 409
    for _ in range(2):
        own = await folded.client.post(f"{PATH}/approvals", json=draft)
        assert own.status_code == 204
    assert (await published(folded.client))[0] == 202
    *_, (_, said) = [each for each in folded.written("tea") if each[0] == "policy.published"]
    assert (said["by"], said["approved_by"]) == ("operator", "test")
    reader = await folded.key("read")
    assert (await reader.post(f"{PATH}/approvals", json=draft)).status_code == 403
    wrong = await folded.client.post(f"{PATH}/approvals", json={"helth": {}})
    assert wrong.status_code == 422
