"""From HTTP in to views and facts out: what a platform posts, a member has earned."""

import json
from typing import Any

from tests.acceptance.acting import action, complaints, featured, post
from tests.support.client import Client, first
from tests.support.installation import Installation


async def test_actions_come_in_every_form(operator: Client, community: str) -> None:
    lines = "\n".join(json.dumps(post(community, f"n{n}", "ming")) for n in range(2))
    event = post(community, "s0", "ming")
    binary = {
        "ce-specversion": "1.0",
        "ce-id": "post/b0/created",
        "ce-source": "https://forum.example/hooks",
        "ce-type": "post.created",
        "ce-community": community,
        "ce-member": "ming",
        "Content-Type": "application/json",
    }
    forms: list[tuple[dict[str, str], Any]] = [
        ({"Content-Type": "application/json"}, post(community, "j0", "ming")),
        ({"Content-Type": "application/json"}, [post(community, f"l{n}", "ming") for n in (0, 1)]),
        ({"Content-Type": "application/x-ndjson"}, lines),
        ({"Content-Type": "application/cloudevents+json"}, event),
        ({"Content-Type": "application/cloudevents-batch+json"}, [post(community, "c0", "ming")]),
        (binary, {"post": "b0", "text": "Good tea"}),
    ]
    position = taken = 0
    for headers, body in forms:
        raw = body if isinstance(body, str) else json.dumps(body)
        answer = await operator.call("POST", "/v1/actions", raw=raw.encode(), headers=headers)
        assert answer.status == 202, answer.body
        assert answer.headers["hearth-position"] == str(answer.body["position"])
        assert answer.body["position"] > position
        taken, position = taken + answer.body["accepted"], answer.body["position"]
    assert taken == 8
    path = f"/v1/communities/{community}/members/ming/ledger"
    ledger = await operator.get(path, position=position)
    posts = {entry["event"]["id"] for entry in ledger["items"]}
    assert posts == {f"post/{n}/created" for n in ("n0", "n1", "s0", "j0", "l0", "l1", "c0", "b0")}


async def test_what_a_member_did_is_seen_everywhere(operator: Client, community: str) -> None:
    base = f"/v1/communities/{community}"
    position = await operator.act(
        [
            action(community, "j1", "member.joined", "ming"),
            post(community, "p1", "ming"),
            featured(community, "p1"),
            action(community, "r1", "reaction.added", "hua", target="p1", kind="like"),
            post(community, "p2", "hua"),
        ]
    )
    assert await operator.act(post(community, "p1", "ming")) > position  # once is enough
    member = await operator.get(f"{base}/members/ming", position=position + 1)
    assert (member["points"], member["growth"]) == (10 + 5 + 50 + 2, 10 + 5 + 50 + 2)
    assert member["level"]["name"] == "白银"
    ledger = (await operator.get(f"{base}/members/ming/ledger"))["items"]
    assert sum(e["granted"] for e in ledger if e["account"] == "points") == 67
    assert {e["rule"] for e in ledger} == {"joined", "posted", "featured", "liked"}
    board = (await operator.get(f"{base}/boards/points"))["rows"]
    assert [(row["member"], row["rank"]) for row in board][:1] == [("ming", 1)]
    source = "https://forum.example/hooks"
    told = await operator.get(f"{base}/explanation", source=source, id="post/p1/created")
    assert "posted" in {rule["rule"] for rule in told["rules"] if rule["matched"]}
    shares = await operator.get(f"{base}/metrics/ugc_share", position=position)
    assert (shares["numerator"], shares["denominator"]) == (2, 2)
    assert {rule["rule"] for rule in (await operator.get(f"{base}/rules"))["items"]} >= {"R2", "R4"}


async def test_a_spike_of_complaints_opens_an_incident(operator: Client, community: str) -> None:
    position = await operator.act(complaints(community, 60))
    base = f"/v1/communities/{community}/incidents"
    (incident,) = (await operator.get(base, position=position))["items"]
    assert (incident["rule"], incident["state"]) == ("R4", "open")
    assert [step["deadline"] for step in incident["steps"]] == sorted(
        step["deadline"] for step in incident["steps"]
    )
    for order in ("acknowledge", "resolve"):
        answer = await operator.post(f"{base}/{incident['id']}/{order}", {"by": "li"})
        shown = await operator.get(
            f"{base}/{incident['id']}", position=int(answer.headers["hearth-position"])
        )
        assert shown["state"] == {"acknowledge": "acknowledged", "resolve": "resolved"}[order]


async def test_facts_stream_and_resume_where_they_were(operator: Client, community: str) -> None:
    await operator.act([post(community, "p1", "ming"), featured(community, "p1")])
    stream = operator.facts(community, since="beginning")
    early = await first(stream, 2)
    await operator.act([post(community, "p2", "hua"), featured(community, "p2")])
    whole = await first(operator.facts(community, since="beginning"), 4)
    rest = await first(operator.facts(community, after=early[-1].id), 2)
    assert [fact.id for fact in early + rest] == [fact.id for fact in whole]
    assert "level.changed" in {fact.data["type"] for fact in whole}
    assert {fact.data["data"]["member"] for fact in whole} == {"ming", "hua"}


async def test_an_import_tells_nobody(
    hearth: Installation, operator: Client, community: str
) -> None:
    start = action(community, "i/start", "import.started", None, **{"import": "i1"})
    history = [
        {**post(community, f"p{n}", "ming"), "time": f"2024-05-0{n}T10:00:00Z"} for n in (1, 2, 3)
    ]
    history += [{**featured(community, f"p{n}"), "time": "2024-05-09T10:00:00Z"} for n in (1, 2, 3)]
    storm = [{**each, "time": "2024-06-01T10:00:00Z"} for each in complaints(community, 60)]
    for batch in ([start], history, storm):
        await operator.act(batch)
    end = action(community, "i/end", "import.ended", None, **{"import": "i1"})
    await operator.act(end)
    base = f"/v1/communities/{community}"
    position = await operator.act([post(community, "live", "hua"), featured(community, "live")])
    member = await operator.get(f"{base}/members/ming", position=position)
    assert member["points"] == 3 * (5 + 50)
    assert member["level"]["name"] != "青铜"
    stream = await first(operator.facts(community, since="beginning"), 1)
    assert {fact.data["data"].get("member") for fact in stream} == {"hua"}
    incidents = (await operator.get(f"{base}/incidents", position=position))["items"]
    assert all(each["historical"] and each["notified_at"] is None for each in incidents)
