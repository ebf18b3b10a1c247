"""The finding of kinds of steps: one file in `steps/` each, its model under the name `KIND`."""

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, Union

from pydantic import Field

from services.incentives.quests import steps
from services.incentives.quests.step import Step


def discover() -> Iterator[type[Step]]:
    """The models of all kinds of steps, in the order of their names."""
    for found in sorted(pkgutil.iter_modules(steps.__path__), key=lambda module: module.name):
        yield importlib.import_module(f"{steps.__name__}.{found.name}").KIND


@cache
def _any() -> Any:
    models = tuple(discover())
    return Annotated[Union[models], Field(discriminator="kind")]  # noqa: UP007


AnyStep = _any()
"""One kind of step a file. A file defines `KIND`, a `Step` with a literal `kind`."""
