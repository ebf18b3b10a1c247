"""Signed badges, judged by a verifier that is not ours."""

from collections.abc import AsyncIterator, Callable

import httpx2
import jwt
import pytest
from openbadgeslib.ob3 import OB3VerificationError, OB3Verifier

from services.api.credentials.issuer import issuer
from services.kit.runtime.secrets import Vault
from tests.api.club import met
from tests.api.world import World, said

PATH = "/v1/communities/tea/members/lin/badges/reader/credential"
REVOKE = {"id": "x", "type": "badge.revoked", "member": "lin", "data": {"badge": "reader"}}
GRANT = {"id": "y", "type": "badge.granted", "member": "lin", "data": {"badge": "reader"}}


@pytest.fixture
async def club(world: World) -> AsyncIterator[World]:
    object.__setattr__(world.context, "public_url", "https://hearth.example.org")
    async with met(world) as club:
        yield club


async def public(club: World) -> Callable[[str], bytes]:
    """What stands at public addresses, fetched before without a key."""
    client, found = club.client_with(None), {}
    for path in ("/v1/issuers/tea/did.json", "/v1/issuers/tea/status/0"):
        answer = await client.get(path)
        assert answer.status_code == 200, answer.text
        found[f"https://hearth.example.org{path}"] = answer.content
    return lambda url: found[url]


async def given(club: World, **query: str) -> str:
    answer: httpx2.Response = await club.client.get(PATH, params=query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/vc+jwt"
    return answer.text


async def test_a_badge_is_verified_by_its_did_and_its_status(club: World) -> None:
    token, fetch = await given(club, holder="mailto:lin@example.org"), await public(club)
    did = "did:web:hearth.example.org:v1:issuers:tea"
    verifier = OB3Verifier.for_issuer_did(did, download=fetch)
    found = verifier.verify(token, "lin@example.org", check_status=True, download=fetch)
    assert (found.issuer.name, found.achievement.name) == ("春山读书会", "书虫")
    assert found.achievement.criteria_narrative == "Checked in."
    assert found.achievement.image_url.startswith("data:image/svg+xml;base64,")
    with pytest.raises(OB3VerificationError, match="Recipient mismatch"):
        verifier.verify(token, "wei@example.org")
    assert await given(club, holder="mailto:lin@example.org") == token


async def test_a_changed_one_is_refused(club: World) -> None:
    token, fetch = await given(club), await public(club)
    head, body, signature = token.split(".")
    other = "B" if body[40] != "B" else "C"
    verifier = OB3Verifier.for_issuer_did(issuer_did(token), download=fetch)
    assert verifier.verify(token)
    with pytest.raises(OB3VerificationError):
        verifier.verify(f"{head}.{body[:40]}{other}{body[41:]}.{signature}")
    strange = issuer(Vault(b"1" * 32), "https://hearth.example.org", "tea")
    forged = strange.signed(jwt.decode(token, options={"verify_signature": False}))
    with pytest.raises(OB3VerificationError, match="signature"):
        verifier.verify(forged)


async def test_what_was_taken_away_is_revoked_and_a_new_award_is_a_new_credential(
    club: World,
) -> None:
    token = await given(club)
    wait = await said(club, REVOKE)
    page = await club.client.get("/v1/communities/tea/members/lin", headers=wait)
    assert page.status_code == 200
    assert (await club.client.get(PATH)).status_code == 404
    fetch = await public(club)
    verifier = OB3Verifier.for_issuer_did(issuer_did(token), download=fetch)
    assert verifier.verify(token)
    with pytest.raises(OB3VerificationError, match=r"revocation.*is set"):
        verifier.verify(token, check_status=True, download=fetch)
    wait = await said(club, GRANT)
    await club.client.get("/v1/communities/tea/members/lin", headers=wait)
    again, fetch = await given(club), await public(club)
    assert verifier.verify(again, check_status=True, download=fetch)
    with pytest.raises(OB3VerificationError, match=r"revocation.*is set"):
        verifier.verify(token, check_status=True, download=fetch)


async def test_an_erased_member_holds_nothing(club: World) -> None:
    token = await given(club)
    await club.context.pool.execute("DELETE FROM hearth.members WHERE id = 'lin'")
    fetch = await public(club)
    verifier = OB3Verifier.for_issuer_did(issuer_did(token), download=fetch)
    with pytest.raises(OB3VerificationError, match=r"revocation.*is set"):
        verifier.verify(token, check_status=True, download=fetch)


async def test_nothing_public_says_which_communities_there_are(club: World) -> None:
    client = club.client_with(None)
    for path in ("did.json", "status/0", "status/7"):
        there, not_there = [
            await client.get(f"/v1/issuers/{slug}/{path}") for slug in ("tea", "no-such")
        ]
        assert (there.status_code, not_there.status_code) == (200, 200)
    payload = jwt.decode(await given(club), options={"verify_signature": False})
    assert "lin" not in str(payload["credentialSubject"]["identifier"])


async def test_what_is_asked_wrongly(club: World) -> None:
    for query, status in (
        ({"holder": "javascript:x"}, 422),
        ({"holder": "did:web:a\x00"}, 422),
        ({"who": "x"}, 400),
    ):
        assert (await club.client.get(PATH, params=query)).status_code == status
    assert (await club.client_with(None).get(PATH)).status_code == 401
    path = "/v1/communities/tea/members/wei/badges/none/credential"
    assert (await club.client.get(path)).status_code == 404


def issuer_did(token: str) -> str:
    found: str = jwt.decode(token, options={"verify_signature": False})["iss"]
    return found
