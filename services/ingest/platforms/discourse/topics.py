"""Topics: what the first post does not tell is that a thread went to another category."""

from collections.abc import Callable
from typing import Any

from services.ingest.platforms.discourse.payload import Payload
from services.ingest.platforms.discourse.posts import space


def edited(topic: Payload) -> list[dict[str, Any]]:
    """Title, tags or category changed; saying again where the thread is harms nothing."""
    to = space(topic)
    if to is None or topic.text("archetype", 64) == "private_message":
        return []
    number = topic.number("id")
    return [
        {
            "type": "thread.moved",
            "id": f"topic/{number}/moved/{topic.fingerprint()}",
            "space": to,
            "data": {"thread": str(number), "to_space": to},
        }
    ]


HANDLERS: dict[str, Callable[[Payload], list[dict[str, Any]]]] = {"topic_edited": edited}
