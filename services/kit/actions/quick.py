"""A quick reader of lists: for nearly every list that is right, and for no other.

What it takes pydantic would take too, as the same action. Whatever else was sent (a type that is
not among its own, a field nobody expects, a key twice, an escape that might hide one, a mistake)
it leaves to the strict parser and to pydantic, who alone refuse and explain. A test holds both to
one corpus. They differ in one thing: digits beyond a microsecond are rounded here and cut there.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Annotated, Any, ClassVar, NotRequired, Union, get_type_hints

import msgspec
from msgspec import UNSET, Meta, UnsetType
from typing_extensions import TypedDict

from services.kit.actions.envelope import MAX_LIST, Action, Checked, known_types
from services.kit.actions.families import Data
from services.kit.actions.plain_types import OthersError, plain
from services.kit.http import strict_json
from services.kit.runtime.clock import instant

_encode = msgspec.json.Encoder().encode


class Quick(msgspec.Struct, gc=False):
    """Base of the structs, one an action type. What was not sent is None once it is read."""

    newer: ClassVar[bool] = False
    extra: ClassVar[None] = None
    defaults: ClassVar[dict[str, Any]] = {}

    @property
    def fields(self) -> dict[str, Any]:
        """The data with their defaults and without nulls."""
        sent: dict[str, Any] = self.data or {}  # type: ignore[attr-defined]
        return {**self.defaults, **{name: it for name, it in sent.items() if it is not None}}


def read(raw: bytes) -> list[Checked] | None:
    """The actions of a JSON array, or None where the other readers have to look at it."""
    if strict_json.hides(raw):
        return None
    try:
        actions: list[Any] = _decoder()(raw)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    if strict_json.quotes(raw) != strict_json.quotes(_encode(actions)):
        return None
    for action in actions:
        action.time = instant(action.time) if action.time else None
        action.space = action.space or None
        action.member = action.member or None
    return actions


@cache
def _decoder() -> Callable[[bytes], Any]:
    structs = tuple(filter(None, map(struct, known_types().values())))
    some = Annotated[list[Union[structs]], Meta(min_length=1, max_length=MAX_LIST)]  # type: ignore[valid-type]  # noqa: UP007
    return msgspec.json.Decoder(some).decode


def struct(model: type[Data]) -> type[Quick] | None:
    """The struct of an action type; None where only pydantic can read it."""
    try:
        data = _data(model)
    except OthersError:
        return None
    may_lack = ("data", data | UnsetType, UNSET)
    made: Any = msgspec.defstruct(
        model.__name__,
        [*_envelope(), ("data", data) if model.requires_data() else may_lack],
        bases=(Quick,),
        namespace={"type": model.type, "defaults": dict(_defaults(model))},
        tag_field="type",
        tag=model.type,
        kw_only=True,
        forbid_unknown_fields=True,
        gc=False,
    )
    return made  # type: ignore[no-any-return]


def _envelope() -> Iterator[tuple[str, Any] | tuple[str, Any, Any]]:
    hints = get_type_hints(Action, include_extras=True)
    for name, field in Action.model_fields.items():
        if name not in ("type", "data"):
            type_ = plain(hints[name])
            yield (name, type_) if field.is_required() else (name, type_ | UnsetType, UNSET)


def _data(model: type[Data]) -> Any:
    """The data as a typed dictionary. Raises OthersError."""
    hints = get_type_hints(model, include_extras=True)
    decorators = model.__pydantic_decorators__
    if model.operator or decorators.field_validators or decorators.model_validators:
        raise OthersError
    if any(field.alias or field.default_factory for field in model.model_fields.values()):
        raise OthersError
    return TypedDict(  # type: ignore[operator]
        model.__name__,
        {
            name: plain(hints[name]) if field.is_required() else NotRequired[plain(hints[name])]
            for name, field in model.model_fields.items()
        },
    )


def _defaults(model: type[Data]) -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        if not field.is_required() and field.default is not None:
            yield name, field.default
