"""What operators do and see: metrics, dead letters, rebuilding and proving under traffic."""

import asyncio
import json
from collections import defaultdict

from prometheus_client.parser import text_string_to_metric_families

from services.kit.log.open import open_log
from services.kit.log.port import ACTIONS, Entry
from tests.acceptance.acting import complaints, post
from tests.support.client import Client
from tests.support.installation import Installation
from tests.support.waiting import until

PROMISED = {
    "hearth_ingest_actions_total",
    "hearth_projection_lag_events",
    "hearth_projection_lag_seconds",
    "hearth_projection_events_total",
    "hearth_dead_letters_total",
    "hearth_rule_firing",
    "hearth_incidents_open",
    "hearth_community_ugc_share_ratio",
}


async def samples(hearth: Installation) -> dict[str, list[tuple[dict[str, str], float]]]:
    """Every sample of every process, by name."""
    found = defaultdict(list)
    for name in hearth.processes:
        async with Client(hearth.management(name), None) as client:
            text = (await client.call("GET", "/metrics")).body
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                found[sample.name].append((sample.labels, sample.value))
    return found


async def test_the_promised_metrics_are_there(
    hearth: Installation, operator: Client, community: str
) -> None:
    await operator.act(post(community, "p1", "ming"))
    position = await operator.act(complaints(community, 60))
    await operator.get(f"/v1/communities/{community}/incidents", position=position)

    async def shown() -> dict[str, list[tuple[dict[str, str], float]]]:
        return await samples(hearth)

    def enough(found: dict[str, list[tuple[dict[str, str], float]]]) -> bool:
        ours = [
            value
            for labels, value in found["hearth_incidents_open"]
            if labels["community"] == community
        ]
        return sum(ours) == 1 and not sum(v for _, v in found["hearth_projection_lag_events"])

    found = await until(shown, enough, 40)
    assert set(found) >= PROMISED - {"hearth_dead_letters_total"}
    folded = {labels["projection"]: v for labels, v in found["hearth_projection_events_total"]}
    assert folded.keys() == {"incentives", "alerts"}
    assert all(value >= 61 for value in folded.values())
    taken = sum(
        v for labels, v in found["hearth_ingest_actions_total"] if labels["result"] == "accepted"
    )
    assert taken >= 61
    firing = {(labels["community"], labels["rule"]): v for labels, v in found["hearth_rule_firing"]}
    assert firing[community, "R4"] == 1
    shares = [
        v
        for labels, v in found["hearth_community_ugc_share_ratio"]
        if labels["community"] == community
    ]
    assert all(value == 1.0 for value in shares)
    assert not any("ming" in str(labels) for each in found.values() for labels, _ in each)


async def test_what_cannot_be_folded_is_listed_and_shown(
    hearth: Installation, operator: Client, community: str
) -> None:
    """A producer that writes to the log itself, past ingest, writes what is no action."""
    log_url = hearth.log_url or hearth.database_url
    partition = (await operator.get(f"/v1/communities/{community}"))["positions"]["partition"]
    log = open_log(str(log_url), ACTIONS)
    await log.start()
    offset = await log.append(partition, [Entry(community.encode(), b"\xff no action")])
    await log.stop()
    position = await operator.act(post(community, "p1", "ming"))
    member = await operator.get(f"/v1/communities/{community}/members/ming", position=position)
    assert member["points"] == 5, "what followed was not folded"
    listed = await hearth.command("dead-letters", "list", "incentives", "--json")
    assert listed.returncode == 0, listed.stderr
    (letter,) = [row for row in json.loads(listed.stdout) if row["offset"] == offset]
    assert (letter["reason"], letter["partition"]) == ("undecodable", partition)
    shown = await hearth.command("dead-letters", "show", "incentives", str(partition), str(offset))
    assert "no action" in json.loads(shown.stdout)["record"]
    retried = await hearth.command(
        "dead-letters", "retry", "incentives", str(partition), str(offset)
    )
    assert retried.returncode == 1
    assert "cannot decode it either" in retried.stderr
    answer = (await operator.get("/v1/dead-letters", projection="alerts"))["items"]
    assert (offset, community) in {(row["offset"], row["community"]) for row in answer}


async def test_a_rebuild_and_a_proof_while_traffic_goes_on(
    hearth: Installation, operator: Client, community: str
) -> None:
    stop, sent = asyncio.Event(), 0

    async def traffic() -> int:
        nonlocal sent
        position = -1
        while not stop.is_set():
            batch = [post(community, f"p{sent + n}", f"m{n}") for n in range(20)]
            sent += len(batch)
            position = await operator.act(batch)
            await operator.get(f"/v1/communities/{community}/metrics/ugc_share", position=position)
        return position

    talking = asyncio.create_task(traffic())
    try:
        for projection in ("incentives", "alerts"):
            done = await hearth.command("rebuild", projection, "--json")
            assert done.returncode == 0, done.stderr
            assert json.loads(done.stdout)["generation"] > 1
        proof = await hearth.command("verify", "--json")
        assert proof.returncode == 0, proof.stdout + proof.stderr
        assert json.loads(proof.stdout) == {"incentives": [], "alerts": []}
    finally:
        stop.set()
        position = await talking
    base = f"/v1/communities/{community}"
    member = await operator.get(f"{base}/members/m0", position=position)
    assert member["points"] == 5 * min(5, sent // 20)  # five posts a day earn
    share = await operator.get(f"{base}/metrics/ugc_share", position=position)
    assert share["denominator"] == sent
