"""Stars and certificates over HTTP: from an action to a picture that anybody can verify."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.api.club import met
from tests.api.world import World, said

NAME = "林 晓雨 🦊 ليلى #set text(red)"


@pytest.fixture
async def club(world: World) -> AsyncIterator[World]:
    async with met(world) as club:
        yield club


async def star_of(world: World) -> dict[str, Any]:
    found = (await world.client.get("/v1/communities/tea/stars?star=reading")).json()["items"]
    assert len(found) == 1
    return dict(found[0])


async def test_a_star_is_listed_and_on_the_members_page(club: World) -> None:
    star = await star_of(club)
    assert (star["member"], star["rank"], star["score"]) == ("lin", 1, 20)
    page = (await club.client.get("/v1/communities/tea/members/lin")).json()
    assert {each["star"] for each in page["stars"]} == {"reading", "quiet"}
    period = await club.client.get(f"/v1/communities/tea/stars?period={star['period']}")
    assert [each["star"] for each in period.json()["items"]] == ["reading"]
    paged = (await club.client.get("/v1/communities/tea/stars?limit=1")).json()
    more = await club.client.get(f"/v1/communities/tea/stars?limit=1&cursor={paged['next']}")
    assert {paged["items"][0]["star"], more.json()["items"][0]["star"]} == {"reading", "quiet"}
    for wrong in ("2026-13", "2026-W54", "2027-W53", "x"):
        answer = await club.client.get(f"/v1/communities/tea/stars?period={wrong}")
        assert answer.status_code in (400, 422), wrong


async def test_a_certificate_and_its_verification_without_a_key(club: World) -> None:
    star = await star_of(club)
    path = f"/v1/communities/tea/members/lin/stars/reading/{star['period']}/certificate"
    answer = await club.client.get(path, params={"name": NAME})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "image/svg+xml"
    assert answer.content.startswith(b"<svg")
    assert b"<script" not in answer.content
    again = await club.client.get(path, params={"name": NAME})
    assert again.content == answer.content
    assert club.context.press.set == 1
    pdf = await club.client.get(path, params={"name": NAME, "format": "pdf"})
    assert pdf.content.startswith(b"%PDF")
    id_ = answer.headers["hearth-certificate"]
    shown = await club.client_with(None).get(f"/v1/certificates/{id_}")
    body = shown.json()
    assert (shown.status_code, body) == (
        200,
        {
            "certificate": id_,
            "community": "春山读书会",
            "title": "阅读之星",
            "name": NAME,
            "date": body["date"],
            "period": star["period"],
            "rank": 1,
            "score": 20,
        },
    )
    forged = ("a" if id_[0] != "a" else "b") + id_[1:]
    assert (await club.client_with(None).get(f"/v1/certificates/{forged}")).status_code == 404
    assert (await club.client_with(None).get("/v1/certificates/..%2fx")).status_code in (404, 422)


async def test_what_is_not_there_has_no_certificate(club: World) -> None:
    star = await star_of(club)
    at, period = "/v1/communities/tea/members", star["period"]
    for path in (
        f"{at}/wei/stars/reading/{period}/certificate",
        f"{at}/nobody/stars/reading/{period}/certificate",
        f"{at}/lin/stars/reading/1999-01/certificate",
        f"{at}/lin/stars/reading/2027-W53/certificate",
        f"{at}/lin/stars/unheard/{period}/certificate",
        f"{at}/lin/badges/plain/certificate",
    ):
        assert (await club.client.get(path)).status_code == 404, path
    path = f"{at}/lin/stars/reading/{period}/certificate"
    assert (await club.client_with(None).get(path)).status_code == 401


async def test_an_erased_member_is_verified_no_more(club: World) -> None:
    answer = await club.client.get("/v1/communities/tea/members/lin/badges/reader/certificate")
    public = club.client_with(None)
    path = f"/v1/certificates/{answer.headers['hearth-certificate']}"
    assert (await public.get(path)).json()["title"] == "书虫"
    await club.context.pool.execute("DELETE FROM hearth.members WHERE id = 'lin'")
    assert (await public.get(path)).status_code == 404


async def test_a_badge_that_was_taken_away_is_verified_no_more(club: World) -> None:
    at = "/v1/communities/tea/members/lin"
    answer = await club.client.get(f"{at}/badges/reader/certificate")
    assert answer.status_code == 200
    act = {"id": "x", "type": "badge.revoked", "member": "lin", "data": {"badge": "reader"}}
    wait = await said(club, act)
    page = (await club.client.get(at, headers=wait)).json()
    assert [each["badge"] for each in page["badges"]] == ["plain"]
    path = f"/v1/certificates/{answer.headers['hearth-certificate']}"
    assert (await club.client_with(None).get(path)).status_code == 404
    assert (await club.client.get(f"{at}/badges/reader/certificate")).status_code == 404
