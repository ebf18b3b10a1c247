"""`hearth`: one command with sub-commands, each a module beside this one.

A module of this folder that has an `app` is a command; nothing registers it. Exit status is 0,
1 when it failed, 2 when it was asked wrongly.
"""

import importlib
import pkgutil
import sys

from cyclopts import App, CycloptsError

from services import cli
from services.cli.errors import CommandFailedError
from services.kit.runtime.postgres_server import ServerDownError
from services.kit.runtime.settings import WrongSettingError


def build() -> App:
    """The whole command, from the modules that are there."""
    app = App(
        name="hearth",
        help="Event-sourced backend for people who run communities.",
        version="0.1.0",
    )
    for info in pkgutil.iter_modules(cli.__path__):
        if info.name != "main":
            found = getattr(importlib.import_module(f"{cli.__name__}.{info.name}"), "app", None)
            if isinstance(found, App):
                app.command(found)
    return app


def main() -> None:
    """Entry point of the `hearth` script."""
    app = build()
    try:
        status = app(exit_on_error=False, print_error=True, result_action="return_value")
    except CycloptsError:
        sys.exit(2)
    except WrongSettingError as error:
        print(f"hearth: {error}", file=sys.stderr)
        sys.exit(2)
    except (CommandFailedError, ServerDownError) as error:
        print(f"hearth: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
