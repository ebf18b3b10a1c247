"""`hearth import ...`: one sub-command for each importer that lies in `services/importers`."""

import importlib.util
import pkgutil
from collections.abc import Iterator

from cyclopts import App

from services import importers

app = App(name="import", help="Bring in a community's past; each source is a command.")


def found() -> Iterator[str]:
    """The names of the importers: packages with a `command` module. Nothing registers them."""
    for info in pkgutil.iter_modules(importers.__path__):
        if info.ispkg and importlib.util.find_spec(f"{importers.__name__}.{info.name}.command"):
            yield info.name


for _name in found():
    # As text, so that `hearth --help` imports no importer.
    app.command(f"{importers.__name__}.{_name}.command:command", name=_name)
