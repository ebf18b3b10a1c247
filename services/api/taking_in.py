"""Ingest's calls in the published document. They are no FastAPI routes: here, or forwarded."""

from typing import Any

from services.kit.actions.envelope import MAX_LIST, SLUG_PATTERN, Action

PATHS = ("/v1/actions", "/v1/webhooks/{community}/{source}")
_ACTION = {"$ref": "#/components/schemas/Action"}
_LIST = {"type": "array", "items": _ACTION, "minItems": 1, "maxItems": MAX_LIST}
_TAKEN = {
    "type": "object",
    "required": ["accepted", "position", "unknown"],
    "properties": {
        "accepted": {"type": "integer", "description": "How many actions the log has now."},
        "position": {"type": "integer", "description": "Of the last; for Hearth-Wait-For."},
        "unknown": {
            "type": "object",
            "additionalProperties": {"type": "integer"},
            "description": "Types that this version does not know, with how many; they are kept.",
        },
    },
}
_POSITION = {"schema": {"type": "integer"}, "description": "The same as `position`."}
_ABOUT_ACTIONS = f"""One action, a list of up to {MAX_LIST:,} or NDJSON; CloudEvents structured,
batch and binary by content type. A list is of one community, and taken whole or refused whole. An
`id` counts once however often it is sent, which makes every retry safe. `data` of each type, with
its limits, is in the JSON Schema at `/v1/schemas/action`."""
_ABOUT_WEBHOOKS = """The URL to give to the platform. Its own signature is the key: no other is
needed. The body, and the answer where a platform is particular about it, are the platform's."""


def schemas() -> dict[str, Any]:
    """Components that the calls refer to."""
    shown = Action.model_json_schema()
    shown["description"] = "What a member did. `data` is as the type says: `/v1/schemas/action`."
    shown["properties"]["data"] = {"type": "object", "default": {}, "title": "Data"}
    return {"Action": shown}


def paths(problems: dict[int | str, dict[str, Any]]) -> dict[str, Any]:
    """The path items. `problems` are the errors as every call tells them, by status."""
    told = {str(status): problems[status] for status in (400, 401, 408, 413, 422, 429, 503)}
    more = {str(status): problems[status] for status in (403, 404, 415)}
    return {PATHS[0]: {"post": _actions(told | more)}, PATHS[1]: _webhooks(told)}


def _actions(told: dict[str, Any]) -> dict[str, Any]:
    lines = {"type": "string", "description": "An action a line, as JSON."}
    content = {
        "application/json": {"schema": {"oneOf": [_ACTION, _LIST]}},
        "application/x-ndjson": {"schema": lines},
        "application/cloudevents+json": {"schema": _ACTION},
        "application/cloudevents-batch+json": {"schema": _LIST},
    }
    taken = {
        "description": "The log has them.",
        "headers": {"Hearth-Position": _POSITION},
        "content": {"application/json": {"schema": _TAKEN}},
    }
    binary = {
        "name": "ce-specversion",
        "in": "header",
        "schema": {"const": "1.0"},
        "description": "CloudEvents' binary mode: the attributes come in `ce-` headers such as"
        " `ce-id`, `ce-type` and `ce-community`, and the body is `data`.",
    }
    return {
        "tags": ["actions"],
        "summary": "Take actions in",
        "description": _ABOUT_ACTIONS,
        "operationId": "post_actions",
        "security": [{"HTTPBearer": []}],
        "parameters": [binary],
        "requestBody": {"required": True, "content": content},
        "responses": {"202": taken, **told},
    }


def _webhooks(told: dict[str, Any]) -> dict[str, Any]:
    places = [
        {"name": "community", "schema": {"type": "string", "pattern": SLUG_PATTERN}},
        {"name": "source", "schema": {"type": "string", "minLength": 1, "maxLength": 128}},
    ]
    call = {
        "tags": ["actions"],
        "description": _ABOUT_WEBHOOKS,
        "security": [],
        "responses": {"200": {"description": "Taken, or of no interest."}, **told},
    }
    body: dict[str, Any] = {"content": {"application/json": {"schema": {}}, "*/*": {"schema": {}}}}
    return {
        "parameters": [{**place, "in": "path", "required": True} for place in places],
        "get": {**call, "summary": "Shake hands", "operationId": "shake_hands"},
        "post": {**call, "summary": "Deliver", "operationId": "deliver", "requestBody": body},
    }
