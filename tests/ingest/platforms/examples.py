"""The examples that lie in a platform's folder: what came, and the actions it should become."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from services.ingest.platforms import Platform, discover
from services.ingest.platforms.delivery import Delivery, Secrets


class Example(NamedTuple):
    platform: Platform
    name: str
    delivery: Delivery
    secrets: Secrets
    actions: list[dict[str, Any]]


def raw(body: Any) -> bytes:
    """The body as the platform sent it: a text stays one, JSON is written without spaces."""
    if isinstance(body, str):
        return body.encode()
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def read(platform: Platform, path: Path) -> Example:
    told = json.loads(path.read_text(encoding="utf-8"))
    headers = {name.lower(): value for name, value in told.get("headers", {}).items()}
    delivery = Delivery(
        told.get("method", "POST"),
        headers,
        told.get("query", {}),
        raw(told.get("body", "")),
        told.get("arrived", 0),
    )
    secrets = Secrets(tuple(told["secrets"]), told.get("settings", {}))
    return Example(platform, path.stem, delivery, secrets, told["actions"])


EXAMPLES = [
    read(platform, path)
    for platform in discover().values()
    for path in sorted((platform.folder / "examples").glob("*.json"))
]
