"""Quix Streams with the same rule: ids deduplicated, ten points a like, 200 a day. A peer.

Runs in the peers' environment: python bench/peers/quix.py BROKER TOPIC COUNT FOLDER
"""

import json
import logging
import resource
import sys
import time
import warnings

warnings.showwarning = lambda *_: None  # a dependency's dependency is deprecated, and says so

from quixstreams import Application  # noqa: E402

EACH, CAP, DAY = 10, 200, 86_400_000_000


def main(broker: str, topic_name: str, count: int, folder: str) -> None:
    logging.disable(logging.WARNING)
    app = Application(
        broker_address=broker,
        consumer_group="quix",
        auto_offset_reset="earliest",
        processing_guarantee="exactly-once",
        commit_interval=1.0,
        state_dir=folder,
        loglevel=None,
    )
    topic = app.topic(topic_name, value_deserializer="json", key_deserializer="bytes")
    out = app.topic("quix-points", value_serializer="json", key_serializer="bytes")
    seen = {"events": 0, "begun": 0.0, "cpu": 0.0}

    def step(event: dict, state) -> dict | None:
        if not seen["events"]:
            seen["begun"], seen["cpu"] = time.perf_counter(), cpu()
        seen["events"] += 1
        name = f"id/{event['source']}/{event['id']}"
        if event["type"] != "reaction.added" or state.get(name):
            return None
        state.set(name, 1)
        member = f"m/{event['data']['author_of_target']}"
        points, day, used = state.get(member, [0, 0, 0])
        today = event["time"] // DAY
        used = used if today == day else 0
        granted = min(EACH, CAP - used)
        state.set(member, [points + granted, today, used + granted])
        return {"member": event["data"]["author_of_target"], "points": points + granted}

    frame = app.dataframe(topic)
    frame = frame.apply(step, stateful=True)
    frame = frame.filter(lambda value: value is not None)
    frame.to_topic(out)
    app.run(count=count, timeout=120.0)
    seconds = time.perf_counter() - seen["begun"]
    usage = resource.getrusage(resource.RUSAGE_SELF)
    said = {
        "events": seen["events"],
        "seconds": seconds,
        "cpu": cpu() - seen["cpu"],
        "rss": usage.ru_maxrss * 1024,
    }
    print(json.dumps(said), flush=True)


def cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
