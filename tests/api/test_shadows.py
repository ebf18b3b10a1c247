"""A draft in the shadow, over HTTP."""

from collections.abc import AsyncIterator

import pytest

from services.api.policies import previews
from tests.api.test_previews import PATH, acted, policy
from tests.api.world import World, folding, said

SHADOW = f"{PATH}/shadow"


@pytest.fixture
async def folded(world: World) -> AsyncIterator[World]:
    async with folding(world):
        yield world


async def test_it_runs_is_compared_and_stopped(folded: World) -> None:
    await acted(folded, policy())
    assert (await folded.client.get(SHADOW)).status_code == 404
    assert (await folded.client.post(f"{SHADOW}/compare")).status_code == 404
    begun = await folded.client.put(SHADOW, json=policy(15, title={"en": "Easier"}))
    assert begun.status_code == 200, begun.text
    assert (begun.json()["title"], begun.json()["following"]) == ({"en": "Easier"}, 0)
    before = len(folded.written("tea"))
    told = (await folded.client.post(f"{SHADOW}/compare?limit=1")).json()
    assert (told["totals"]["levels_up"], len(told["changes"]), told["more"]) == (2, 1, 1)
    assert len(folded.written("tea")) == before
    post = {"id": "more", "type": "post.created", "member": "an", "data": {"post": "more"}}
    after = await said(folded, post)
    shown = await folded.client.get(SHADOW, headers=after)
    assert shown.json()["behind"] == 1
    told = (await folded.client.post(f"{SHADOW}/compare")).json()
    # An has reached the level live by now, and Wei would only under the draft.
    assert [change["member"] for change in told["changes"]] == ["wei"]
    assert (await folded.client.get(SHADOW)).json()["behind"] == 0
    assert (await folded.client.delete(SHADOW)).status_code == 204
    assert (await folded.client.delete(SHADOW)).status_code == 404
    assert (await folded.client.get(SHADOW)).status_code == 404


async def test_what_takes_too_long_is_said_and_goes_on(
    folded: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await acted(folded, policy())
    await folded.client.put(SHADOW, json=policy(15))
    monkeypatch.setattr(previews, "LONGEST", 3)
    answer = await folded.client.post(f"{SHADOW}/compare")
    assert (answer.status_code, answer.json()["title"]) == (409, "Too long for a request")
    assert "hearth policy shadow compare" in answer.json()["detail"]


async def test_a_wrong_draft_and_a_wrong_caller_are_refused(folded: World) -> None:
    await acted(folded, policy())
    wrong = await folded.client.put(SHADOW, json={"helth": {}})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/helth")
    reader = await folded.key("read")
    for method, path in (("PUT", SHADOW), ("POST", f"{SHADOW}/compare"), ("DELETE", SHADOW)):
        answer = await reader.request(method, path, json=policy())
        assert answer.status_code == 403, path
    other = await folded.key("operate", communities=["go"])
    assert (await other.put(SHADOW, json=policy())).status_code == 404
