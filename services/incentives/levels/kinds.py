"""The finding of kinds of needs: one file in `needs/` each, its model under the name `NEED`."""

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Union

from pydantic import AfterValidator, Discriminator, Tag

from services.incentives.levels import needs
from services.incentives.levels.need import Need


def discover() -> Iterator[type[Need]]:
    """The models of all kinds of needs, in the order of their names."""
    for found in sorted(pkgutil.iter_modules(needs.__path__), key=lambda module: module.name):
        yield importlib.import_module(f"{needs.__name__}.{found.name}").NEED


@cache
def _any(*, asking: bool) -> Any:
    models = tuple(discover())
    keys = [model.key for model in models]

    def kind(value: Any) -> str | None:
        if isinstance(value, Mapping):
            return next((f"[{key}]" for key in keys if key in value), None)
        return f"[{value.key}]" if isinstance(value, Need) else None

    # In brackets, so that a place in the document is not mistaken for the name of a branch.
    tagged: Any = tuple(Annotated[model, Tag(f"[{model.key}]")] for model in models)
    said = f"begins with what is counted: one of {', '.join(keys)}"
    choice = Discriminator(kind, custom_error_type="need", custom_error_message=said)
    counted: Any = Annotated[Union[tagged], choice]  # noqa: UP007
    return Annotated[counted, AfterValidator(_asks)] if asking else counted


def _asks(need: Need) -> Need:
    if not need.asks():
        raise ValueError("say how much of it is asked: at_least or at_most")
    return need


AnyNeed = _any(asking=True)
"""A need of a level."""
Counted = _any(asking=False)
"""What is counted, without how much of it is asked."""
