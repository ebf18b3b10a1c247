"""Who may see what, and what a user is told who asks wrongly."""

from tests.acceptance.acting import post
from tests.support.client import Client
from tests.support.installation import Installation


async def test_an_unknown_community_is_told_what_to_do(operator: Client) -> None:
    answers = [
        await operator.call("POST", "/v1/actions", post("nowhere", "p1", "ming")),
        await operator.call("GET", "/v1/communities/nowhere"),
        await operator.call("GET", "/v1/communities/nowhere/members/ming"),
    ]
    for answer in answers:
        assert answer.status == 404
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert "PUT /v1/communities" in answer.body["detail"]


async def test_a_key_of_another_tenant_sees_nothing(
    hearth: Installation, operator: Client, community: str
) -> None:
    await operator.act(post(community, "p1", "ming"))
    await operator.put("/v1/communities/others", {"name": "Others", "type": "interest"})
    wanted = {"name": "others", "scopes": ["actions:write", "read"], "communities": ["others"]}
    made = (await operator.post("/v1/keys", wanted)).body
    async with hearth.client(made["key"]) as other, hearth.client("hearth_aaaaaaaa_wrong") as wrong:
        base = f"/v1/communities/{community}"
        for path in ("", "/members/ming", "/members", "/metrics", "/incidents", "/stream"):
            assert (await other.call("GET", base + path)).status == 404, path
        sent = await other.call("POST", "/v1/actions", post(community, "p2", "eve"))
        assert sent.status == 404
        listed = await other.get("/v1/communities")
        assert [each["community"] for each in listed["items"]] == ["others"]
        assert (await other.call("PUT", "/v1/communities/others", {"name": "Mine"})).status == 403
        assert (await wrong.call("GET", base)).status == 401
    async with Client(hearth.address, None) as nobody:
        assert (await nobody.call("GET", base)).status == 401
        assert (await nobody.call("POST", "/v1/actions", post(community, "p", "m"))).status == 401
