"""The projections there are: every service package that has a `projection` module."""

import importlib.util
import pkgutil
from functools import cache

import services
from services.kit.projection.definition import Projection


@cache
def projections() -> dict[str, Projection]:
    """Every projection by name. Nothing registers them."""
    names = [info.name for info in pkgutil.iter_modules(services.__path__) if info.ispkg]
    modules = [
        importlib.import_module(f"services.{name}.projection")
        for name in names
        if name != "kit" and importlib.util.find_spec(f"services.{name}.projection")
    ]
    return {module.PROJECTION.name: module.PROJECTION for module in modules}
