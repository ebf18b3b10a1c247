"""`hearth settings`: what can be set, with what it is now."""

import json as json_
import re

from cyclopts import App
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from services.kit.runtime.settings import PREFIX, Settings, load

_PASSWORD = re.compile(r"(://[^/@:]*:)[^@]*@")
"""In a URL."""
app = App(name="settings", help="Show every setting with its value and meaning.")


@app.default
def show(*, json: bool = False) -> None:
    """Show every setting.

    Example: HEARTH_PORT=9000 hearth settings

    Parameters
    ----------
    json
        Print JSON.
    """
    settings = load()
    rows = [
        (PREFIX + name.upper(), _shown(getattr(settings, name)), field.description or "")
        for name, field in Settings.model_fields.items()
    ]
    if json:
        print(
            json_.dumps([dict(zip(("name", "value", "meaning"), row, strict=True)) for row in rows])
        )
        return
    table = Table("setting", "now", "meaning")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "(set)"
    return "" if value is None else _PASSWORD.sub(r"\1(set)@", str(value))
