"""Ingest over HTTP onto Kafka, beside a raw `send()` loop of the same bytes."""

from typing import Any

from bench.events import COMMUNITIES, prepare, slug
from bench.load import ACTIONS
from bench.processes import answer_of, cpu, end, python, serving, start, told
from bench.rows import Row, shown
from bench.world import Stage, World, home, say, sized
from services.kit.log import kafka_topic
from services.kit.log.kafka_access import Access
from services.kit.log.port import ACTIONS as TOPIC

STAGE = Stage.FRESH
REQUESTS = 4_000
CONNECTIONS = 16
RAW = "raw"


async def run(at: World) -> list[Row]:
    """A process of ingest under a load from another, then the loop."""
    async with home(at) as found:
        await prepare(found, [slug(number) for number in range(COMMUNITIES)])
        key = found.operator_key
    async with serving(at, ["ingest"]) as served:
        sent = await loaded(at, served, key)
    await kafka_topic.ensure_topic(at.broker, Access(), RAW, COMMUNITIES, {}, 10.0)
    words = ("-m", "bench.peers.send_loop", at.broker, TOPIC, RAW, str(sent["events"]))
    raw = await answer_of(python(*words), at.environment())
    say(f"send() loop: {raw['events'] / raw['seconds']:,.0f}/s")
    events, seconds = sent["events"], sent["seconds"]
    return [
        Row(
            what=f"ingest over HTTP, {ACTIONS} actions a request, {CONNECTIONS} connections",
            figure=events / seconds,
            unit="actions/s",
            beside="send() loop",
            other=raw["events"] / raw["seconds"],
            at_least=0.4,
            note=f"acknowledged by all replicas; CPU an action: ingest"
            f" {1e6 * sent['ingest'] / events:.1f} µs, the loop"
            f" {1e6 * raw['cpu'] / raw['events']:.1f} µs; the load took"
            f" {sent['cpu'] / seconds:.0%} of a core",
        ),
        shown("ingest: a request, p50", 1e3 * sent["p50"], "ms"),
        shown("ingest: a request, p99", 1e3 * sent["p99"], "ms"),
    ]


async def loaded(at: World, served: dict[str, Any], key: str) -> dict[str, Any]:
    """What the load says, and under `ingest` the CPU that the service took meanwhile."""
    requests = str(sized(REQUESTS, 400))
    words = ("-m", "bench.load", str(served["ingest_port"]), key, requests, str(CONNECTIONS))
    process = await start(python(*words), at.environment())
    try:
        await told(process)
        before = cpu(served["ingest"].pid)
        found = await told(process)
        found["ingest"] = cpu(served["ingest"].pid) - before
    finally:
        await end(process)
    if set(found["statuses"]) != {"202"}:
        raise RuntimeError(f"not all was accepted: {found['statuses']}")
    say(f"ingest: {found['events'] / found['seconds']:,.0f}/s")
    return found
