"""What the gateway and the command line ask of a policy before it is published."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from services.incentives.levels.definition import PLACED
from services.incentives.policy.document import SECTIONS, Incentives, sections
from services.incentives.policy.golden import GoldenTest, failures, unknown
from services.incentives.policy.meaning import problems
from services.incentives.policy.places import Path
from services.incentives.policy.problems import faults_of
from services.kit.communities.timeline import dated_parts
from services.kit.http.fault import Fault, pointer
from services.kit.runtime import clock

__all__ = ["SECTIONS", "GoldenTest", "Incentives", "check"]

_tests = TypeAdapter(tuple[GoldenTest, ...])


def check(document: Mapping[str, Any]) -> list[Fault]:
    """What is wrong with the sections about what members earn, and which golden tests fail.

    `document` is the whole policy; sections of others, and what stands in `dated` for them, are
    left alone. The tests run only when nothing else is wrong.
    """
    faults = _sections(document)
    return faults or _golden(document)


def _sections(document: Mapping[str, Any]) -> list[Fault]:
    base = {name: value for name, value in document.items() if name != "dated"}
    found = _whole(base, {})
    if found:
        return found
    try:
        wholes = dated_parts(document)[1:]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [Fault("/dated", f"each part begins with from, an RFC 3339 time: {error}")]
    parts = document.get("dated") or ()
    order = sorted(range(len(parts)), key=lambda n: clock.parse_rfc3339(parts[n]["from"]))
    written: dict[str, Path] = {}
    for number, (_, whole) in zip(order, wholes, strict=True):
        written |= dict.fromkeys(parts[number], ("dated", number))
        found += _whole(whole, written)
    return found


def _whole(document: Mapping[str, Any], written: Mapping[str, Path]) -> list[Fault]:
    """The faults of what holds at one time; `written` says of sections in which part they stand."""
    try:
        policy = Incentives.model_validate(sections(document), context=PLACED)
    except ValidationError as error:
        return [_moved(fault, written) for fault in faults_of(error, document)]
    return [
        _moved(Fault(pointer(place), detail), written)
        for place, detail in problems(document, policy)
    ]


def _moved(fault: Fault, written: Mapping[str, Path]) -> Fault:
    section = fault.pointer.split("/")[1] if fault.pointer else ""
    return Fault(pointer(written.get(section, ())) + fault.pointer, fault.detail)


def _golden(document: Mapping[str, Any]) -> list[Fault]:
    try:
        tests = _tests.validate_python(document.get("tests") or ())
    except ValidationError as error:
        return faults_of(error, document, ("tests",))
    meant = unknown(document, tests)
    return [
        Fault(pointer(("tests", number, "then", member, what)), f"{tests[number].name}: {words}")
        for number, member, what, words in meant
    ] or [
        Fault(pointer(("tests", number, "then", member, what)), f"{test.name}: {words}")
        for number, test in enumerate(tests)
        for member, what, words in failures(document, test)
    ]
