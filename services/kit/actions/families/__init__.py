"""The action types, one module a family. A model that lies here is a type; nothing registers it.

To add a type write a `Data` model with a `type`; to add a family add a file. Mark a field that
names a person `MemberId` and one that holds what a person wrote `Text`: ingest replaces the
first by a token and seals the second under the writer's key before anything reaches the log.
"""

import importlib
import pkgutil
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints


class MemberMark:
    """Marks a field that names a member."""


class TextMark:
    """Marks a field that holds a person's own words."""


MemberId = Annotated[str, StringConstraints(min_length=1, max_length=256), MemberMark()]
Text = Annotated[str, StringConstraints(max_length=65_536), TextMark()]
Title = Annotated[str, StringConstraints(max_length=1024), TextMark()]
Id = Annotated[str, StringConstraints(min_length=1, max_length=256)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Count = Annotated[int, Field(ge=0, le=2**53)]
Money = Annotated[int, Field(ge=0, le=2**53)]
"""An amount in the currency's minor unit."""
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
MessageKind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,31}$")]
"""ugc, official, commercial, support; or the platform's own, such as question or answer."""


Mark = type


class Data(BaseModel):
    """Base of every type's data."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True, populate_by_name=True)

    type: ClassVar[str]
    about_members: ClassVar[bool] = True
    """Whether such an action is something a member did (it starts a community's history)."""
    operator: ClassVar[bool] = False
    """Whether sending it takes the scope `operate`."""
    decided: ClassVar[bool] = False
    """Whether only Hearth itself writes it: never accepted from outside."""

    @classmethod
    def requires_data(cls) -> bool:
        """Whether a field must be given."""
        return any(field.is_required() for field in cls.model_fields.values())

    @classmethod
    def marked(cls, mark: Mark) -> tuple[str, ...]:
        """The names of the fields that carry a mark."""
        return tuple(
            name
            for name, field in cls.model_fields.items()
            if any(isinstance(meta, mark) for meta in _metadata(field))
        )


def _metadata(field: Any) -> Iterator[Any]:
    yield from field.metadata
    for part in getattr(field.annotation, "__args__", ()):
        yield from getattr(part, "__metadata__", ())


def discover(paths: Iterable[str] = __path__, package: str = __name__) -> list[type[Data]]:
    """Every action type in the modules under `paths`."""
    found: dict[str, type[Data]] = {}
    for info in pkgutil.iter_modules(paths):
        module = importlib.import_module(f"{package}.{info.name}")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Data) and "type" in vars(value):
                found[value.type] = value
    return list(found.values())
