"""Two tenants on one partition: `tea`, whose key asks, and `coffee`, which has something of all.

Every name in coffee begins with `hidden-`, and no answer to tea may hold one that was not sent.
"""

import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from services.api.app import create
from services.ingest.context import Context as IngestContext
from services.ingest.service import Ingest
from services.kit.actions.record import Recorder
from services.kit.projection import generations
from tests.api.world import World, folding, said

SCOPES = ("admin", "read", "operate", "actions:write")
ABSENT = "hidden-absent"
"""A name that nobody has, as long in telling as one of coffee's."""
SECRETS = {"tea": "tea-secret", "coffee": "hidden-word"}
POLICY = {
    "name": "hidden-policy",
    "points": [{"name": "hidden-rule", "on": "complaint.filed", "doer": {"points": 5}}],
    "boards": {"hidden-board": {"account": "points"}},
    "rewards": {"hidden-mug": {"cost": {"points": 1}}},
    "quests": {
        "hidden-quest": {"steps": [{"kind": "count", "action": "post.created", "at_least": 9}]}
    },
    "badges": {"hidden-badge": {"kind": "count", "action": "complaint.filed", "certificate": True}},
    "spaces": {"hidden-grade": {"privileges": ["hidden-privilege"]}},
    "roles": {"hidden-role": {"privileges": ["hidden-privilege"]}},
    "stars": {"hidden-star": {"board": "hidden-board"}},
    "super_users": {"programmes": {"hidden-programme": {}}},
    "segments": {"hidden-segment": {"when": {"member_days": {"at_least": 0}}}},
    "guards": {"hold": {"burst": {"most": 1, "minutes": 1440}}},
}

IDS = {
    "community": ["coffee"],
    "member": ["hidden-ming"],
    "board": ["hidden-board"],
    "metric": ["ugc_share"],
    "rule": ["R4"],
    "version": ["2"],
    "source": ["hidden-source"],
    "receiver": ["hidden-bot"],
    "projection": ["alerts"],
    "offset": [str(10**6)],
    "step": ["isolate"],
    "reward": ["hidden-mug"],
    "redemption": ["hidden-r1"],
    "badge": ["hidden-badge"],
    "grade": ["hidden-grade"],
    "privilege": ["hidden-privilege"],
    "term": ["1"],
    "reversal": ["hidden-ring"],
    "star": ["hidden-star"],
    "programme": ["hidden-programme"],
    "segment": ["hidden-segment"],
    "period": ["2026-10"],
}
"""What coffee has, by the parameter that takes it; more are found out."""


@dataclass
class Tenants:
    """The world, tea's client and coffee's; `ids` of coffee by the parameter that takes them."""

    world: World
    stranger: httpx2.AsyncClient
    owner: httpx2.AsyncClient
    ids: dict[str, list[str]] = field(default_factory=dict)
    document: dict[str, Any] = field(default_factory=dict)
    position: int = 0
    """Of the last action of coffee."""


@asynccontextmanager
async def tenants(world: World) -> AsyncIterator[Tenants]:
    """Both there, with ingest's routes beside the gateway's, and all of it folded."""
    async with folding(world):
        here = world.context
        taking = IngestContext(world.log, here.registry, Recorder(here.directory, b"p"), here.keys)
        world.app = create(here, Ingest(taking).routes())
        for slug in ("tea", "one", "two", "three", "coffee"):
            await world.put(slug, **({"name": "hidden-name"} if slug == "coffee" else {}))
        places = [(await here.registry.community(slug)).partition for slug in ("tea", "coffee")]
        assert places[0] == places[1]
        made = Tenants(
            world,
            await world.key(*SCOPES, communities=["tea"]),
            await world.key(*SCOPES, communities=["coffee"]),
        )
        made.document = (await made.stranger.get("/openapi.json")).json()
        await _plant(made)
        yield made


async def _plant(made: Tenants) -> None:
    """Something of everything; the ids by which it can be asked for."""
    world, at = made.world, "/v1/communities/coffee"
    operator = world.client_with(world.client.headers["Authorization"].removeprefix("Bearer "))
    for slug, source in (("tea", "forum"), ("coffee", "hidden-source")):
        body = {"platform": "discourse", "secrets": [SECRETS[slug]]}
        path = f"/v1/communities/{slug}/sources/{source}"
        assert (await operator.put(path, json=body)).is_success
    bot = {"url": "https://hidden-bot.example"}
    await operator.put(f"{at}/receivers/hidden-bot", json=bot)
    published = await operator.post(f"{at}/policies", json=POLICY)
    assert published.is_success, published.text
    after = await _spoken(world)
    community = await world.context.registry.community("coffee")
    letters = [[10**6], [community.key], ["hidden.type"], ["fold"], ["hidden-detail"], [0]]
    await world.context.pool.execute(
        generations.Q.add_dead, "alerts", community.partition, *letters
    )
    seen = await operator.get(f"{at}/incidents", headers=after)
    wish = {"member": "hidden-ming", "redemption": "hidden-r1"}
    taken = await operator.post(f"{at}/rewards/hidden-mug/redeem", json=wish)
    assert taken.status_code == 202, taken.text
    made.position = taken.json()["position"]
    ring = {"reversal": "hidden-ring", "rules": ["hidden-rule"], "from": "2026-01-01T00:00:00Z"}
    ordered = await operator.post(f"{at}/reversals", json=ring)
    assert ordered.status_code == 202, ordered.text
    begun = await operator.put(f"{at}/policies/shadow", json={**POLICY, "title": "hidden-draft"})
    assert begun.status_code == 200, begun.text
    held = await operator.get(f"{at}/pending", headers=after)
    key = {"name": "hidden-key", "scopes": ["read"], "communities": ["coffee"]}
    gone = await operator.post(f"{at}/members/hidden-u59/erase")
    made.ids = {
        **IDS,
        "erasure": [gone.json()["erasure"]],
        "partition": [str(community.partition)],
        "entry": [item["entry"] for item in held.json()["items"]],
        "incident": [item["id"] for item in seen.json()["items"]],
        "id": [(await operator.post("/v1/keys", json=key)).json()["id"]],
    }
    assert all(made.ids.values()), made.ids


async def _spoken(world: World) -> dict[str, str]:
    """What members of both have done; the header that waits for coffee's."""
    filed = {"type": "complaint.filed", "source": "hidden-forum", "community": "coffee"}
    people = ["hidden-ming", *(f"hidden-u{n}" for n in range(60)), "hidden-ming"]
    named = {"type": "role.appointed", "member": "hidden-ming", "data": {"role": "hidden-role"}}
    complaints = [
        {**filed, "id": f"hidden-c{n}", "member": who, "space": "hidden-space"}
        for n, who in enumerate(people)
    ]
    await said(world, {"type": "member.joined", "source": "forum", "id": "1", "member": "lin"})
    taken = {**named, "type": "programme.enrolled", "data": {"programme": "hidden-programme"}}
    more = [{**filed, **each, "id": f"hidden-a{n}"} for n, each in enumerate((named, taken), 1)]
    return await said(world, *complaints, *more)


def told(answer: httpx2.Response, *sent: str) -> tuple[int, str, dict[str, str]]:
    """An answer without what was sent: status, body, headers."""
    text = answer.text
    for value in sorted(sent, key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "*", text)
    headers = {n: v for n, v in answer.headers.items() if n not in ("content-length", "etag")}
    return answer.status_code, text, headers


def delivery(secret: str, payload: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a delivery of Discourse, signed."""
    body = json.dumps(payload).encode()
    signature = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return body, {
        "X-Discourse-Event": "user_created",
        "X-Discourse-Event-Type": "user",
        "X-Discourse-Event-Signature": f"sha256={signature}",
    }
