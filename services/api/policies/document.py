"""A policy as a whole: the sections of both services in one document.

Each service checks what is its own; here their models meet, so that a key that nobody knows is
refused with what is allowed there, and so that one JSON Schema describes it all.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, create_model

from services.alerts.policy import commands as alerts
from services.api.policies.explain import explained
from services.incentives.policy import commands as incentives
from services.kit.communities.timeline import dated_parts
from services.kit.http.fault import Fault
from services.kit.http.problem import faults
from services.kit.runtime import clock

Words = str | dict[str, str]
"""Text for people; with several languages one text for each."""


class _Head(BaseModel):
    """What a policy says of itself."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(default="", max_length=64, description="Short name of the policy.")
    title: Words = Field(default="", description="For people.")
    description: Words = Field(default="", description="What it is good for.")
    tests: list[incentives.GoldenTest] = Field(
        default=[], description="Golden tests: events and what they earn."
    )


class _Dated(BaseModel):
    """Sections that hold from a time on, in the place of those above."""

    model_config = ConfigDict(extra="forbid")

    from_: str = Field(alias="from", description="RFC 3339; of a first version, any past.")


@cache
def _sections() -> dict[str, Any]:
    """Top-level key to (annotation, field)."""
    fields: dict[str, Any] = {
        name: (field.annotation, field)
        for name, field in incentives.Incentives.model_fields.items()
    }
    return fields | {
        name: (model, Field(default=model())) for name, model in alerts.sections().items()
    }


HEAD = frozenset(_Head.model_fields) | {"dated"}


def allowed() -> list[str]:
    """The keys a policy may have at its top."""
    return [*sorted(HEAD), *sorted(_sections())]


@cache
def model() -> type[BaseModel]:
    """The whole document as one model, for its JSON Schema."""
    optional: dict[str, Any] = {
        name: (kind | None, None) for name, (kind, _) in _sections().items()
    }
    dated = create_model("Dated", __base__=_Dated, **optional)
    return create_model(
        "Policy",
        __base__=_Head,
        **_sections(),
        dated=(list[dated], Field(default=[], description=_Dated.__doc__)),
    )


@cache
def json_schema() -> dict[str, Any]:
    """The published JSON Schema of a policy."""
    draft = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": draft, **model().model_json_schema()}


def check(document: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with a document, each with a pointer and what is allowed; empty when fine."""
    return explained(document, _found(document), json_schema())


def _found(document: Mapping[str, Any]) -> list[Fault]:
    found = [*_unknown(document, ""), *_dated(document)]
    if found:
        return found
    base = {name: value for name, value in document.items() if name != "dated"}
    found = [*_head(document), *incentives.check(document), *_whole(base)]
    if found:
        return found
    parts = document.get("dated") or []
    order = sorted(range(len(parts)), key=lambda i: clock.parse_rfc3339(parts[i]["from"]))
    for number, (_, whole) in zip(order, dated_parts(document)[1:], strict=True):
        found += [_moved(fault, number, parts[number]) for fault in _whole(whole)]
    return found


def _head(document: Mapping[str, Any]) -> Iterable[Fault]:
    given = {name: value for name, value in document.items() if name in _Head.model_fields}
    try:
        _Head.model_validate(given)
    except ValidationError as error:
        return faults(error.errors())
    return []


def _whole(document: Mapping[str, Any]) -> list[Fault]:
    """What the services that check one moment's document at a time say."""
    return [Fault(*each) for each in alerts.check(document)]


def _unknown(document: Mapping[str, Any], where: str) -> list[Fault]:
    known = set(allowed()) if not where else {"from", *_sections()}
    detail = f"no such section; allowed here are {', '.join(sorted(known))}"
    return [Fault(f"{where}/{key}", detail) for key in document if key not in known]


def _dated(document: Mapping[str, Any]) -> list[Fault]:
    parts = document.get("dated") or []
    if not isinstance(parts, list) or not all(isinstance(part, dict) for part in parts):
        return [Fault("/dated", "a list of {from: time, ...sections}")]
    found: list[Fault] = []
    for number, part in enumerate(parts):
        found += _unknown(part, f"/dated/{number}")
        try:
            clock.parse_rfc3339(part["from"])
        except (KeyError, TypeError, ValueError):
            detail = "when it begins to hold, as RFC 3339 like 2019-11-13T00:00:00Z"
            found.append(Fault(f"/dated/{number}/from", detail))
    return found


def _moved(fault: Fault, number: int, part: Mapping[str, Any]) -> Fault:
    """Where the fault is in the document: in the dated part, or in what it was put over."""
    section = fault.pointer.split("/")[1] if fault.pointer else ""
    within = section in part or not section
    return Fault(f"/dated/{number}{fault.pointer}" if within else fault.pointer, fault.detail)
