"""The finding of badge kinds: one file in `kinds/` each, its model under the name `KIND`."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Union

from pydantic import Field

from services.incentives.badges import kinds
from services.incentives.badges.badge import Badge


def discover() -> Iterator[type[Badge]]:
    """The models of all kinds, in the order of their names."""
    for found in sorted(pkgutil.iter_modules(kinds.__path__), key=lambda module: module.name):
        yield importlib.import_module(f"{kinds.__name__}.{found.name}").KIND


@cache
def _any() -> Any:
    models = tuple(discover())
    return Annotated[Union[models], Field(discriminator="kind")]  # noqa: UP007


AnyBadge = _any()
