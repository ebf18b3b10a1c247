"""`hearth catalogue`: what was found by being there, and every name that the outside relies on.

Each kind of thing is a folder, and each thing in it a file (or a folder) with a module-level
marker; nothing is registered. This lists them the same way as the services find them.
"""

import importlib
import inspect
import json as _json
import pkgutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from cyclopts import App
from prometheus_client import REGISTRY
from ruamel.yaml import YAML

app = App(name="catalogue", help="List what was found: action types, metrics, rules and the rest.")

SERVICES = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Entry:
    """A thing that was found: its name, what it means in a line."""

    name: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Folder:
    """A package whose modules with `marker` are the things; without one, its sub-packages are."""

    package: str
    marker: str = ""

    def entries(self) -> Iterator[Entry]:
        """The things in it, by name of their files."""
        package = importlib.import_module(self.package)
        for info in pkgutil.iter_modules(package.__path__, f"{self.package}."):
            if self.marker or info.ispkg:
                module = importlib.import_module(info.name)
                if not self.marker or hasattr(module, self.marker):
                    yield self._entry(info.name.rpartition(".")[2], module)

    def _entry(self, name: str, module: ModuleType) -> Entry:
        marked = getattr(module, self.marker, None)
        row = getattr(marked, "row", None) or getattr(marked, "id", "")
        return Entry(f"{row} {name}".strip(), getattr(marked, "title", "") or first_line(module))


def first_line(thing: object) -> str:
    """The first paragraph of a docstring, on one line."""
    paragraph = (inspect.getdoc(thing) or "").split("\n\n")[0]
    return " ".join(paragraph.split())


def action_types() -> Iterator[Entry]:
    """Every action type of the families."""
    from services.kit.actions.families import discover

    for model in discover():
        yield Entry(model.type, first_line(model))


def platforms() -> Iterator[Entry]:
    """Every platform whose webhooks are understood."""
    from services.ingest.platforms import discover

    for platform in discover().values():
        yield Entry(platform.name, first_line(inspect.getmodule(platform.translate)))


def settings() -> Iterator[Entry]:
    """Every environment variable, with its default."""
    from services.kit.runtime.settings import PREFIX, Settings

    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f" [{field.default}]"
        yield Entry(PREFIX + name.upper(), f"{field.description}{default}")


def policies() -> Iterator[Entry]:
    """The shipped policies."""
    for path in sorted((SERVICES / "kit" / "policy" / "shipped").glob("*.yaml")):
        document = YAML(typ="safe").load(path)
        yield Entry(path.stem, said(document.get("title") or document.get("description")))


def said(text: str | dict[str, str] | None) -> str:
    """A text of a policy, which may come in several languages."""
    told = " / ".join(filter(None, text.values())) if isinstance(text, dict) else text or ""
    return " ".join(told.split())


def prometheus() -> Iterator[Entry]:
    """Every metric of ours, whoever declares it: modules that name the client are imported."""
    for path in sorted(SERVICES.rglob("*.py")):
        if "prometheus_client" in path.read_text("utf-8"):
            importlib.import_module(
                ".".join(path.relative_to(SERVICES.parent).with_suffix("").parts)
            )
    for metric in REGISTRY.collect():
        if metric.name.startswith("hearth_"):
            suffix = "_total" if metric.type == "counter" else ""
            yield Entry(metric.name + suffix, metric.documentation)


SECTIONS: dict[str, Callable[[], Iterator[Entry]]] = {
    "action types": action_types,
    "metrics": Folder("services.alerts.metrics", "METRIC").entries,
    "rules": Folder("services.alerts.rules", "RULE").entries,
    "badge kinds": Folder("services.incentives.badges.kinds", "KIND").entries,
    "quest steps": Folder("services.incentives.quests.steps", "KIND").entries,
    "needs of levels": Folder("services.incentives.levels.needs", "NEED").entries,
    "platforms": platforms,
    "channels": Folder("services.alerts.notify").entries,
    "importers": Folder("services.importers").entries,
    "policies": policies,
    "prometheus": prometheus,
    "settings": settings,
}


def found() -> dict[str, list[Entry]]:
    """Everything, by section; entries sorted by name."""
    return {
        title: sorted(entries(), key=lambda entry: _natural(entry.name))
        for title, entries in SECTIONS.items()
    }


def _natural(name: str) -> tuple[int, str]:
    digits = "".join(filter(str.isdigit, name.split()[0]))  # R2 before R10
    return int(digits or 0) if " " in name else 0, name


@app.default
def catalogue(*, json: bool = False) -> int:
    """List action types, metrics, rules, platforms, policies, Prometheus names and settings.

    Example: hearth catalogue --json | jq '.rules'

    Parameters
    ----------
    json
        Print JSON: an object of sections, each a list of {name, meaning}.
    """
    everything = found()
    if json:
        document = {
            title: [{"name": entry.name, "meaning": entry.meaning} for entry in entries]
            for title, entries in everything.items()
        }
        sys.stdout.write(_json.dumps(document, ensure_ascii=False, indent=1) + "\n")
    else:
        sys.stdout.write("\n".join(_printed(title, list_) for title, list_ in everything.items()))
    return 0


def _printed(title: str, entries: list[Entry]) -> str:
    width = max((len(entry.name) for entry in entries), default=0)
    lines = [f"  {entry.name:{width}}  {entry.meaning}".rstrip() for entry in entries]
    return "\n".join([f"{title} ({len(entries)})", *lines, ""])


if __name__ == "__main__":
    app()
