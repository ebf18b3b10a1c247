"""The published OpenAPI document: FastAPI's own, with the errors as they really are."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, Field

from services.api import taking_in
from services.api.policies import document
from services.kit.http.problem import MEDIA_TYPE


class FaultShown(BaseModel):
    """One thing wrong."""

    pointer: str = Field(description="A JSON pointer into the body, `?name` or `:header`.")
    detail: str


class Problem(BaseModel):
    """An error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FaultShown] = []


_MEANING = {
    400: "Malformed: a body that is no strict JSON, a wrong cursor or time.",
    401: "No valid key.",
    403: "The key lacks a scope.",
    404: "Not there, or not within reach of the key.",
    409: "It does not fit the present state.",
    408: "The body did not come in time.",
    413: "Too large.",
    415: "An encoding or type that is not taken.",
    422: "A field or parameter that does not fit.",
    429: "Too much at once; Retry-After says when to send the same again.",
    503: "Something it needs is away; Retry-After says when to ask again.",
    504: "The position asked for was not reached in time.",
}
_REFERENCE = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}


def problems(*more: int) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route: the errors every call can give, and `more` of them."""
    statuses = sorted({401, 403, 404, 422, 503, *more})
    return {each: {"description": _MEANING[each], "content": _REFERENCE} for each in statuses}


SCHEMAS: dict[int | str, dict[str, Any]] = {304: {"description": "It is what If-None-Match names."}}
READS = problems(400, 504) | {304: {"description": "It is what If-None-Match names."}}
WRITES = problems(400, 409, 413, 415)
PUBLIC: dict[int | str, dict[str, Any]] = {status: READS[status] for status in (400, 404, 422, 503)}
"""Of a read that needs no key. It is not tagged: what it says depends on nobody."""

ABOUT = """Hearth keeps a community warm and warns before it burns.

A call that writes answers with a position; give it to a read as `Hearth-Wait-For` to read your
own write. Lists page by `cursor` and `limit`. Every read has an ETag. Errors are
`application/problem+json`."""


def publish(app: FastAPI) -> None:
    """Make `app` publish this document at /openapi.json."""

    def published() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = published  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    if taking_in.PATHS[0] in {getattr(route, "path", None) for route in app.routes}:
        schema["paths"] |= taking_in.paths(problems(*_MEANING))
        components |= taking_in.schemas()
    _add(components, "Problem", Problem)
    _add(components, "Policy", document.model())
    for unused in ("HTTPValidationError", "ValidationError"):
        components.pop(unused, None)
    return schema


def _add(components: dict[str, Any], name: str, model: type[BaseModel]) -> None:
    # Its parts get names of their own: a policy's `Rules` are not those that a route answers.
    template = f"#/components/schemas/{name}.{{model}}"
    shown = model.model_json_schema(ref_template=template)
    components |= {f"{name}.{part}": each for part, each in shown.pop("$defs", {}).items()}
    components[name] = shown
