"""What a producer sends: the envelope of an action, and the parsing of one or many.

CloudEvents 1.0 names, with `community`, `space` and `member` as extension attributes. The
models of `families/` give each type its `data`; together they are one discriminated union
that pydantic checks in a single pass over the bytes. A type nobody here knows is kept as it
came (`UnknownData`): it is from a newer producer, not wrong.
"""

from functools import cache
from typing import Annotated, Any, ClassVar, Literal, Protocol, Union

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    Tag,
    TypeAdapter,
    ValidationError,
    create_model,
)
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_after_validator_function

from services.kit.actions.families import Data, discover
from services.kit.runtime.clock import instant

TYPE_PATTERN = r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)+$"
MAX_LIST = 1_000
SLUG_PATTERN = r"^[a-z0-9][a-z0-9_-]{0,62}$"


class Rfc3339:
    """Marks an instant that is sent as an RFC 3339 time with an offset."""

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return no_info_after_validator_function(instant, handler.generate_schema(AwareDatetime))


Instant = Annotated[int, Rfc3339()]
Slug = Annotated[str, StringConstraints(pattern=SLUG_PATTERN)]
EventId = Annotated[str, StringConstraints(min_length=1, max_length=256)]


class Checked(Protocol):
    """A checked action, whoever checked it: all that the way into the log asks of one."""

    @property
    def type(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def time(self) -> int | None: ...
    @property
    def community(self) -> str: ...
    @property
    def space(self) -> str | None: ...
    @property
    def member(self) -> str | None: ...
    @property
    def data(self) -> Any: ...
    @property
    def newer(self) -> bool:
        """Whether this version does not know the type."""

    @property
    def fields(self) -> dict[str, Any]:
        """What the data say of what the type knows: defaults included, nulls left out."""

    @property
    def extra(self) -> dict[str, Any] | None:
        """What they say beyond that."""


class Action(BaseModel):
    """The envelope, whatever the type. `data` is the model of the type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    specversion: Literal["1.0"] = "1.0"
    id: EventId
    source: Annotated[str, StringConstraints(min_length=1, max_length=256)]
    type: Annotated[str, StringConstraints(max_length=80, pattern=TYPE_PATTERN)]
    time: Instant | None = None
    community: Slug
    space: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None
    member: Annotated[str, StringConstraints(min_length=1, max_length=256)] | None = None
    datacontenttype: Literal["application/json"] | None = None
    subject: Annotated[str, StringConstraints(max_length=256)] | None = None
    dataschema: Annotated[str, StringConstraints(max_length=512)] | None = None
    data: Any = {}

    newer: ClassVar[bool] = False

    @property
    def fields(self) -> dict[str, Any]:
        """The data of the type's own fields, without nulls."""
        return {name: value for name, value in self.data.__dict__.items() if value is not None}

    @property
    def extra(self) -> dict[str, Any] | None:
        """The data beyond those."""
        return self.data.__pydantic_extra__  # type: ignore[no-any-return]


class UnknownData(BaseModel):
    """The data of a type this version does not know: any object."""

    model_config = ConfigDict(extra="allow", frozen=True)
    type: ClassVar[str] = ""


@cache
def known_types() -> dict[str, type[Data]]:
    """Every action type of the families, by name."""
    return {model.type: model for model in discover()}


class UnknownAction(Action):
    """An action of a type this version does not know."""

    data: UnknownData = UnknownData()

    newer: ClassVar[bool] = True


def _model(name: str, data: type[Data]) -> type[Action]:
    return create_model(
        data.__name__ + "Action",
        __base__=Action,
        __doc__=data.__doc__,
        type=(Literal[name], ...),  # type: ignore[arg-type]
        data=(data, ...) if data.requires_data() else (data, data()),
    )


@cache
def _known_models() -> tuple[type[Action], ...]:
    return tuple(_model(name, data) for name, data in sorted(known_types().items()))


@cache
def _known() -> Any:
    return Annotated[Union[_known_models()], Field(discriminator="type")]  # noqa: UP007


def _tag(value: Any) -> str:
    name = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return "known" if isinstance(name, str) and name in known_types() else "newer"


@cache
def _any() -> Any:
    return Annotated[
        Annotated[_known(), Tag("known")] | Annotated[UnknownAction, Tag("newer")],
        Discriminator(_tag),
    ]


@cache
def one_adapter() -> TypeAdapter[Action]:
    """Checks one action of any type."""
    return TypeAdapter(_any())


@cache
def _adapters() -> tuple[TypeAdapter[list[Action]], TypeAdapter[list[Action]]]:
    size = Field(min_length=1, max_length=MAX_LIST)
    return TypeAdapter(Annotated[list[_known()], size]), TypeAdapter(Annotated[list[_any()], size])  # type: ignore[misc, arg-type]


def parse_list(raw: bytes) -> list[Action]:
    """The actions of a JSON array of 1 to 1,000. Raises pydantic's ValidationError.

    Nearly every list holds known types only, and the union with a plain tag is checked twice
    as fast as the one that asks Python for the tag; so the second is asked only after the first
    has refused, and its answer counts.
    """
    known, general = _adapters()
    try:
        return known.validate_json(raw)
    except ValidationError:
        return general.validate_json(raw)


def parse_one(raw: bytes) -> Action:
    """The action of a JSON object. Raises pydantic's ValidationError."""
    return one_adapter().validate_json(raw)


def json_schema() -> dict[str, Any]:
    """The published JSON Schema of an action."""
    schema = one_adapter().json_schema()
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Action", **schema}
