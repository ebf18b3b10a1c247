"""CloudEvents 1.0 over HTTP (the JSON format and the HTTP binding of the CNCF's specification).

Attributes that are not ours are extensions of somebody on the way (`traceparent`) and dropped, as
a receiver must. `data` has to be JSON: ours are objects.
"""

import base64
import binascii
import re
from typing import Any
from urllib.parse import unquote_to_bytes

import msgspec
from starlette.datastructures import Headers

from services.kit.actions.envelope import Action
from services.kit.http.body import parse_json
from services.kit.http.problem import Fault, ProblemError, pointer

_OURS = frozenset(Action.model_fields) - {"datacontenttype"}
_JSON = re.compile(r"(application|text)/([a-z0-9.+-]+\+)?json", re.IGNORECASE)
_encode = msgspec.json.Encoder().encode


def structured(event: Any, raw: bytes) -> bytes:
    """The JSON of an event's attributes and data, for the action's model."""
    return raw if _plain(event) else _encode(_event(event, ()))


def batch(events: Any, raw: bytes) -> bytes:
    """The same for a list of events."""
    if not isinstance(events, list):
        raise _refused((), "a batch is a JSON list")
    if all(map(_plain, events)):
        return raw
    return _encode([_event(event, (number,)) for number, event in enumerate(events)])


def binary(headers: Headers, media_type: str, body: bytes) -> bytes:
    """The same for an event whose attributes are in `ce-` headers."""
    event: dict[str, Any] = {}
    for name, value in headers.items():
        attribute = name.lower().removeprefix("ce-")
        if attribute != name.lower() and attribute in _OURS and attribute != "data":
            if attribute in event:
                raise _refused((), f"the header ce-{attribute} comes twice")
            event[attribute] = _header(attribute, value)
    if body:
        if media_type and not _JSON.fullmatch(media_type):
            raise _refused(("data",), f"{media_type} is not JSON; data is a JSON object")
        event["data"] = parse_json(body)
    return _encode(_event(event, ()))


def _plain(event: Any) -> bool:
    """Whether the event can be taken as it stands."""
    return isinstance(event, dict) and event.keys() <= _OURS and "specversion" in event


def _event(event: Any, path: tuple[int, ...]) -> dict[str, Any]:
    if not isinstance(event, dict):
        raise _refused(path, "an event is a JSON object")
    if "specversion" not in event:
        raise _refused((*path, "specversion"), "a CloudEvent has one; send 1.0")
    kind = event.get("datacontenttype")
    if kind is not None and not _is_json(kind):
        raise _refused((*path, "datacontenttype"), "data is a JSON object")
    kept = {name: value for name, value in event.items() if name in _OURS}
    if "data_base64" in event:
        if "data" in event:
            raise _refused((*path, "data_base64"), "send data or data_base64, not both")
        kept["data"] = _unpacked(event["data_base64"], (*path, "data_base64"))
    return kept


def _is_json(kind: Any) -> bool:
    return isinstance(kind, str) and bool(_JSON.fullmatch(kind.partition(";")[0].strip()))


def _unpacked(value: Any, path: tuple[int | str, ...]) -> Any:
    try:
        return parse_json(base64.b64decode(value, validate=True))
    except (binascii.Error, TypeError, ValueError):
        raise _refused(path, "not base64") from None


def _header(attribute: str, value: str) -> str:
    """A header's value, percent-decoded (HTTP binding, 3.1.3.2)."""
    if len(value) > 1 and value[0] == value[-1] == '"':
        value = re.sub(r"\\(.)", r"\1", value[1:-1])
    try:
        text = unquote_to_bytes(value.encode("latin-1", "replace")).decode("utf-8")
    except UnicodeDecodeError:
        raise _refused((), f"the header ce-{attribute} is not percent-encoded UTF-8") from None
    if "\x00" in text:
        raise _refused((), f"the header ce-{attribute} holds a NUL character")
    return text


def _refused(path: tuple[int | str, ...], why: str) -> ProblemError:
    return ProblemError(
        422,
        "Not a CloudEvent for us",
        f"{pointer(path) or 'the event'}: {why}",
        [Fault(pointer(path), why)],
    )
