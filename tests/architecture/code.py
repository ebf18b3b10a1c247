"""The project's own source as data, for the tests of house rules.

A rule is a function from modules to offences (one line each, saying where and what to do), so
that every test can show both: the tree has none, and a planted one is found.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Module:
    """A Python file: its dotted name, its text, what it imports."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def imports(self) -> list[str]:
        """Dotted names of what is imported: `a.b` for `import a.b` and for `from a import b`.

        Strings that spell a module of ours count too, since that is how a rule is walked round.
        """
        return list(self._imports())

    def _imports(self) -> Iterator[str]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                base = self._absolute(node)
                yield from (f"{base}.{alias.name}" for alias in node.names)
            elif spelled := _spelled(node):
                yield spelled

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        package = self.name.split(".")[: -node.level]
        return ".".join([*package, *([node.module] if node.module else [])])

    @property
    def room(self) -> str:
        """The room it lies in: kit, ingest, incentives, alerts, api, importers, simulator, cli."""
        return room(self.name)


def _spelled(node: ast.AST) -> str:
    value = node.value if isinstance(node, ast.Constant) else None
    ours = isinstance(value, str) and value.startswith("services.") and " " not in value
    return str(value).split(":")[0] if ours else ""


def room(name: str) -> str:
    """The room of a dotted name; empty for what is not ours."""
    parts = name.split(".")
    return parts[1] if parts[0] == "services" and len(parts) > 1 else ""


def module(name: str, text: str) -> Module:
    """A module that is not there, to plant an offence."""
    return Module(name, text)


def modules(folder: str = "services") -> list[Module]:
    """Every module under a folder of the repository."""
    return [Module(_dotted(path), path.read_text("utf-8")) for path in files(folder, "*.py")]


def files(folder: str, pattern: str) -> list[Path]:
    """Files under a folder of the repository, sorted."""
    return sorted(
        path for path in (ROOT / folder).rglob(pattern) if "__pycache__" not in path.parts
    )


def names(sources: Iterable[Module]) -> set[str]:
    """Dotted names of modules and of the packages around them."""
    return {
        ".".join(parts[:length])
        for source in sources
        for parts in [source.name.split(".")]
        for length in range(1, len(parts) + 1)
    }


def _dotted(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
