"""From the bytes of a request to actions: JSON, NDJSON, and CloudEvents in its three modes.

application/json                    one action, or a list of up to 1,000
application/x-ndjson                an action a line
application/cloudevents+json        one event (structured mode)
application/cloudevents-batch+json  a list of events (batch mode)
anything with `ce-specversion`      attributes in `ce-` headers, data in the body (binary mode)
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

from pydantic import ValidationError
from starlette.datastructures import Headers

from services.ingest.receive import cloudevents
from services.kit.actions import quick
from services.kit.actions.envelope import MAX_LIST, Action, Checked, parse_list, parse_one
from services.kit.http import strict_json
from services.kit.http.body import parse_json, parse_lines
from services.kit.http.problem import Fault, ProblemError, pointer

MEDIA_TYPES = (
    "application/json, application/x-ndjson, application/cloudevents+json or"
    " application/cloudevents-batch+json"
)


class Sent(NamedTuple):
    """What a request holds. `one`: a single action, so that pointers begin inside it."""

    actions: Sequence[Checked]
    one: bool


def read(headers: Headers, raw: bytes) -> Sent:
    """The actions of a body. Raises ProblemError 400, 415 or 422."""
    media_type = _media_type(headers.get("content-type", ""))
    if not media_type.startswith("application/cloudevents") and "ce-specversion" in headers:
        return _checked(parse_one, cloudevents.binary(headers, media_type, raw))
    reader = _READERS.get(media_type)
    if reader is None:
        raise ProblemError(415, "Unsupported media type", f"Send {MEDIA_TYPES}.")
    return reader(raw)


def _media_type(content_type: str) -> str:
    media_type, *parameters = (part.strip().lower() for part in content_type.split(";"))
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name == "charset" and value.strip('"') not in ("utf-8", "utf8"):
            raise ProblemError(415, "Unsupported charset", "Send UTF-8.")
    return media_type


def _json(raw: bytes) -> Sent:
    if raw.lstrip()[:1] == b"[":
        return _list(raw)
    parse_json(raw)
    return _checked(parse_one, raw)


def _list(raw: bytes) -> Sent:
    actions = quick.read(raw)
    if actions is not None:
        return Sent(actions, False)
    parse_json(raw)
    return _checked(parse_list, raw)


def _ndjson(raw: bytes) -> Sent:
    if len(parse_lines(raw)) > MAX_LIST:
        raise _too_many()
    return _list(b"[" + b",".join(strict_json.lines(raw)) + b"]")


def _structured(raw: bytes) -> Sent:
    return _checked(parse_one, cloudevents.structured(parse_json(raw), raw))


def _batch(raw: bytes) -> Sent:
    return _checked(parse_list, cloudevents.batch(parse_json(raw), raw))


_READERS: dict[str, Callable[[bytes], Sent]] = {
    "application/json": _json,
    "application/x-ndjson": _ndjson,
    "application/ndjson": _ndjson,
    "application/cloudevents+json": _structured,
    "application/cloudevents-batch+json": _batch,
}


def _checked(parse: Callable[[bytes], Action | list[Action]], raw: bytes) -> Sent:
    try:
        parsed = parse(raw)
    except ValidationError as error:
        raise invalid(error) from None
    return Sent(parsed, False) if isinstance(parsed, list) else Sent([parsed], True)


def invalid(error: ValidationError) -> ProblemError:
    """422, naming item and field of everything that does not fit."""
    errors = error.errors(include_url=False, include_context=False, include_input=False)
    found = [Fault(pointer(_path(e["loc"])), e["msg"]) for e in errors]
    detail = f"{found[0].pointer or 'the body'}: {found[0].detail}"
    return ProblemError(422, "Actions that do not fit", detail, found)


def _path(loc: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """Without the names of the unions that the adapter chose among."""
    item = loc[:1] if loc and isinstance(loc[0], int) else ()
    rest = loc[len(item) :]
    chosen = {"known": 2, "newer": 1}.get(str(rest[0]), 0) if rest else 0
    if not chosen and rest and "." in str(rest[0]):
        chosen = 1
    return item + rest[chosen:]


def _too_many() -> ProblemError:
    fault = Fault("", f"more than {MAX_LIST} actions; send several requests")
    return ProblemError(422, "Actions that do not fit", fault.detail, [fault])
