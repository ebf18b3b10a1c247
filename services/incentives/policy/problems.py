"""What is wrong with a policy, as a path and what is allowed there."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

from services.kit.http.fault import Fault, pointer

_CHOICES = ("function-", "tagged-union", "constrained-")


def faults_of(error: ValidationError, document: Any, at: tuple[str | int, ...] = ()) -> list[Fault]:
    """A validation's errors by where in the document they are; of a choice the fitting branches
    only. `at` is the path of what was validated."""
    found: dict[str, str] = {}
    errors = error.errors(include_url=False, include_context=True)
    for each in errors:
        if _is_elsewhere(each["loc"], errors):
            continue
        place = pointer(_placed(document, (*at, *each["loc"])))
        detail = _detail(each)
        if detail not in found.get(place, ""):
            found[place] = f"{found[place]}; or {detail}" if place in found else detail
    return [Fault(place, detail) for place, detail in found.items()]


def _placed(document: Any, loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The steps that lead somewhere in the document; the others name branches of a model."""
    value, path = document, []
    for number, step in enumerate(loc):
        listed = isinstance(value, list | tuple) and isinstance(step, int) and step < len(value)
        if listed or (isinstance(value, Mapping) and step in value):
            value = value[step]
        elif number < len(loc) - 1 or not isinstance(value, Mapping) or _is_branch(step):
            continue  # what is missing stands last, and nowhere
        path.append(step)
    return tuple(path)


def _is_elsewhere(loc: tuple[str | int, ...], errors: Iterable[Mapping[str, Any]]) -> bool:
    """Whether another branch was expected where there is a mapping that is wrong inside."""
    if loc[-1:] and _is_branch(loc[-1]):
        before, deep = loc[:-1], len(loc)
        return any(each["loc"][: deep - 1] == before and len(each["loc"]) > deep for each in errors)
    return False


def _is_branch(step: str | int) -> bool:
    # pydantic puts the name of a union's branch into the path
    if not isinstance(step, str):
        return False
    return step in _BRANCHES or step.startswith(_CHOICES) or "[" in step


_BRANCHES = frozenset({"bool", "int", "float", "str", "Comparison", "Share", "Part"})


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
