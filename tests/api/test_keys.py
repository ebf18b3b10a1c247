"""Keys made and taken back over HTTP."""

from services.kit.access.key import hashed
from tests.api.world import World


async def test_a_key_works_until_it_is_revoked(world: World) -> None:
    await world.put("tea")
    body = {"name": "reader", "scopes": ["read"], "communities": ["tea"]}
    made = (await world.client.post("/v1/keys", json=body)).json()
    reader = world.client_with(made["key"])
    assert (await reader.get("/v1/communities/tea")).status_code == 200
    assert (await reader.get("/v1/keys")).status_code == 403
    listed = await world.client.get("/v1/keys")
    assert [item["id"] for item in listed.json()["items"]] == [made["id"]]
    assert made["key"] not in listed.text
    stored = await world.context.pool.fetchval("SELECT hash FROM hearth.api_keys")
    assert stored == hashed(made["key"])
    assert (await world.client.delete(f"/v1/keys/{made['id']}")).status_code == 204
    assert (await reader.get("/v1/communities/tea")).status_code == 401
    assert (await world.client.delete(f"/v1/keys/{made['id']}")).status_code == 404


async def test_a_tenants_key_makes_none_that_reaches_further(world: World) -> None:
    tea = await world.key("admin", communities=["tea"])
    ours = {"name": "x", "scopes": ["admin"], "communities": ["tea"]}
    assert (await tea.post("/v1/keys", json=ours)).status_code == 201
    for reach in (None, ["coffee"], ["tea", "coffee"]):
        theirs = {**ours, "communities": reach}
        assert (await tea.post("/v1/keys", json=theirs)).status_code == 403
    operator = (await world.client.post("/v1/keys", json={"name": "x", "scopes": ["read"]})).json()
    assert (await tea.delete(f"/v1/keys/{operator['id']}")).status_code == 404
    assert len((await tea.get("/v1/keys")).json()["items"]) == 2
