"""What the gateway and the command line ask of a policy before it is published."""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from services.incentives.policy.document import SECTIONS, Incentives, compile_policy
from services.incentives.policy.golden import GoldenTest, failures
from services.incentives.policy.problems import faults_of
from services.kit.communities.timeline import dated_parts
from services.kit.http.fault import Fault, pointer

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
    faults: list[Fault] = []
    base = {name: value for name, value in document.items() if name != "dated"}
    try:
        compile_policy(base)
    except ValidationError as error:
        return faults_of(error)
    for number, part in enumerate(document.get("dated") or ()):
        try:
            compile_policy({**base, **part})
        except ValidationError as error:
            faults += faults_of(error, ("dated", number))
    return faults


def _golden(document: Mapping[str, Any]) -> list[Fault]:
    try:
        dated_parts(document)
        tests = _tests.validate_python(document.get("tests") or ())
    except ValidationError as error:
        return faults_of(error, ("tests",))
    except (KeyError, TypeError, ValueError) as error:
        return [Fault("/dated", f"each part begins with from, an RFC 3339 time: {error}")]
    return [
        Fault(pointer(("tests", number, "then", member, what)), f"{test.name}: {words}")
        for number, test in enumerate(tests)
        for member, what, words in failures(document, test)
    ]
