"""Discourse's web hooks as actions.

The body is {<X-Discourse-Event-Type>: payload}; `X-Discourse-Event` names the event. The shapes
are those of Discourse's `WebHook*Serializer`s.

Names. A member is the user's number. A message is `topic/number` (45/3): what Discourse says of
a reply is the number it answers, so this name alone ties an answer to its target. The thread is
the topic's number, the space the category's. Ids of actions hold the post's own number, as
`post/123/created`, so that importing the topics' JSON gives the same.

Left out: private messages, whispers and small actions; edits that only blank a post its author
deletes (the removal follows); topics' creation and removal, which the first post tells as well.
"""

from collections.abc import Callable, Mapping
from typing import Any

from services.ingest.platforms.delivery import Delivery, Secrets, Translation, UnreadableError
from services.ingest.platforms.discourse import posts, topics, users
from services.ingest.platforms.discourse.payload import Payload
from services.kit.http.strict_json import MalformedError, parse_json

Handler = Callable[[Payload], list[dict[str, Any]]]

HANDLERS: dict[str, Handler] = {**posts.HANDLERS, **topics.HANDLERS, **users.HANDLERS}
# Told by another event as well, or of no interest; known all the same.
SILENT = frozenset({"ping", "topic_created", "topic_destroyed", "topic_recovered"})


def translate(delivery: Delivery, _source: Secrets) -> Translation:
    """The actions of one delivery. Raises UnreadableError."""
    kind = delivery.headers.get("x-discourse-event-type", "")
    event = delivery.headers.get("x-discourse-event", kind)
    handler = HANDLERS.get(event)
    if handler is None:
        return Translation(event, known=event in SILENT)
    body = _parsed(delivery.body)
    payload = body.get(kind)
    if not isinstance(payload, dict):
        raise UnreadableError(f"the body of {event} holds no object {kind!r}")
    return Translation(event, tuple(_present(a) for a in handler(Payload(payload, delivery.body))))


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        value = parse_json(body)
    except MalformedError as error:
        raise UnreadableError(str(error)) from None
    if not isinstance(value, dict):
        raise UnreadableError("the body is not a JSON object")
    return value


def _present(action: dict[str, Any]) -> dict[str, Any]:
    """Without what is not known."""
    data = {name: value for name, value in action["data"].items() if value is not None}
    return {name: value for name, value in action.items() if value is not None} | {"data": data}
