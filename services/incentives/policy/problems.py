"""What is wrong with a policy, as a path and what is allowed there."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from services.kit.http.fault import Fault, pointer

_CHOICES = ("function-", "tagged-union", "constrained-")


def faults_of(error: ValidationError, at: tuple[str | int, ...] = ()) -> list[Fault]:
    """A validation's errors, by where they are; of a choice the fitting branches only."""
    found: dict[str, str] = {}
    errors = error.errors(include_url=False, include_context=True)
    for each in errors:
        if _is_elsewhere(each["loc"], errors):
            continue
        place = pointer((*at, *_place(each["loc"])))
        detail = _detail(each)
        found[place] = f"{found[place]}; or {detail}" if place in found else detail
    return [Fault(place, detail) for place, detail in found.items()]


def _is_elsewhere(loc: tuple[str | int, ...], errors: Iterable[Mapping[str, Any]]) -> bool:
    """Whether a plain value was expected where there is a mapping, which is wrong inside."""
    if loc[-1:] and loc[-1] in _SCALARS:
        before, deep = loc[:-1], len(loc)
        return any(each["loc"][: deep - 1] == before and len(each["loc"]) > deep for each in errors)
    return False


def _place(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    return tuple(step for step in loc if not _is_branch(step))


def _is_branch(step: str | int) -> bool:
    # pydantic puts the name of a union's branch into the path
    if not isinstance(step, str):
        return False
    return step in _BRANCHES or step.startswith(_CHOICES) or "[" in step


_SCALARS = frozenset({"bool", "int", "float", "str"})
_BRANCHES = _SCALARS | {"Comparison", "Share", "Part"}


def _detail(each: Mapping[str, Any]) -> str:
    if each["type"] == "extra_forbidden":
        return "no such field here"
    if each["type"] == "missing":
        return "is missing"
    text = str(each["msg"]).removeprefix("Value error, ")
    return text[0].lower() + text[1:]


def fields_of(model: type[BaseModel]) -> Iterator[str]:
    """The names that a mapping of a model allows."""
    for name, field in model.model_fields.items():
        yield field.alias or name
