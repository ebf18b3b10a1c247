"""Conditions as data: a field and what its value must be.

    when:
      data.kind: like                 # equals; a list value: contains
      space: [oolong, black]          # one of
      data.length: {at_least: 50}     # compared
      weekday: {in: [sat, sun]}
      target.kind: {present: true}
      self: false                     # the member is not the author of what it is about

All fields of a `when` must hold. A value that is absent, or of another kind than the comparison
needs, does not hold; only `false`, `not`, `not_in` and `present: false` hold for what is absent.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Scalar = bool | int | float | str

FIELDS: Mapping[str, str] = {
    "data.<name>": "a field of the action's data, such as data.kind, data.length, data.amount",
    "space": "the part of the community where it happened",
    "source": "the source that sent it",
    "role": "a role of the member, such as staff, bot, host; regular = neither staff nor bot",
    "level": "rank of the member on the first ladder, from 1",
    "author.role": "a role of the author of what the action is about",
    "author.level": "rank of that author",
    "weekday": "local day of the week: mon tue wed thu fri sat sun",
    "hour": "local hour, 0 to 23",
    "target.kind": "kind of the post that the action is about",
    "self": "whether the member is the author of what the action is about",
    "known": "whether the platform says who did it",
}
"""Every field that a condition may name, and its meaning."""

_DATA = re.compile(r"^data\.[a-z_][a-z0-9_]{0,63}$")


def _field(name: str) -> str:
    if (name in FIELDS and name != "data.<name>") or _DATA.match(name):
        return name
    raise ValueError(f"no such field; allowed are {', '.join(FIELDS)}")


class Comparison(BaseModel):
    """Comparisons of one field; all that are given must hold."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    is_: Scalar | None = Field(default=None, alias="is")
    not_: Scalar | None = Field(default=None, alias="not")
    in_: tuple[Scalar, ...] | None = Field(default=None, alias="in")
    not_in: tuple[Scalar, ...] | None = None
    at_least: int | float | None = None
    at_most: int | float | None = None
    between: tuple[int | float, int | float] | None = None
    present: bool | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "Comparison":
        if not self.model_fields_set:
            raise ValueError(f"compare with one of {', '.join(COMPARISONS)}")
        return self


COMPARISONS = tuple(f.alias or name for name, f in Comparison.model_fields.items())

FieldName = Annotated[str, AfterValidator(_field)]
When = dict[FieldName, Comparison | Scalar | tuple[Scalar, ...]]
"""Field -> comparison; a plain value means `is`, a list means `in`."""

Holds = Callable[[Any], bool]


def _equals(value: Any, wanted: Scalar) -> bool:
    if isinstance(wanted, bool):
        return (value is True) if wanted else (value is None or value is False)
    if isinstance(value, list | tuple | frozenset):
        return wanted in value
    return value == wanted and not isinstance(value, bool)


def _one_of(value: Any, wanted: tuple[Scalar, ...]) -> bool:
    return any(_equals(value, each) for each in wanted)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_HOLDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is_": _equals,
    "not_": lambda value, wanted: not _equals(value, wanted),
    "in_": _one_of,
    "not_in": lambda value, wanted: not _one_of(value, wanted),
    "at_least": lambda value, least: _number(value) and value >= least,
    "at_most": lambda value, most: _number(value) and value <= most,
    "between": lambda value, ends: _number(value) and ends[0] <= value <= ends[1],
    "present": lambda value, wanted: (value is not None) is wanted,
}


def holds(wanted: Comparison | Scalar | tuple[Scalar, ...]) -> Holds:
    """The test of one field's value."""
    if isinstance(wanted, tuple):
        return lambda value: _one_of(value, wanted)
    if isinstance(wanted, str):
        # The commonest of all, so without a call more than needed.
        return lambda value: (
            value == wanted or (value.__class__ is not str and _equals(value, wanted))
        )
    if not isinstance(wanted, Comparison):
        return lambda value: _equals(value, wanted)
    tests = [
        (_HOLDS[name], getattr(wanted, name)) for name in _HOLDS if name in wanted.model_fields_set
    ]
    return lambda value: all(test(value, operand) for test, operand in tests)


def wording(wanted: Comparison | Scalar | tuple[Scalar, ...]) -> str:
    """What is wanted, in words, for an explanation."""
    if isinstance(wanted, Comparison):
        return " and ".join(
            f"{name.strip('_').replace('_', ' ')} {_words(getattr(wanted, name))}"
            for name in _HOLDS
            if name in wanted.model_fields_set
        )
    return f"one of {_words(wanted)}" if isinstance(wanted, tuple) else _words(wanted)


def _words(value: Any) -> str:
    if isinstance(value, tuple):
        return ", ".join(_words(each) for each in value)
    return str(value).lower() if isinstance(value, bool) else str(value)
