"""SQL is prose in `.sql` files beside its owner: each query has a name and says what it is for."""

import ast
import re
from itertools import pairwise
from pathlib import Path

from tests.architecture.code import ROOT, Module, files, module, modules

_NAME = re.compile(r"^-- name: (\w+)\s*$")
_STATEMENT = re.compile(
    r"\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\S+\s+SET\s|DELETE\s+FROM\s|WITH\s+\w+\s+AS\s)"
)
_TAKES_AWAY = re.compile(
    r"^\s*(DROP|TRUNCATE|DELETE|ALTER\s+TABLE.*\b(DROP|RENAME)\b)", re.IGNORECASE | re.MULTILINE
)

INLINE_WITH_REASON = {
    "services.kit.runtime.database": "the table of migrations comes before any migration",
}


def unexplained(text: str) -> list[str]:
    """Queries whose name is not followed by a line of comment."""
    lines = [*text.splitlines(), ""]
    return [
        found.group(1)
        for line, following in pairwise(lines)
        if (found := _NAME.match(line)) and not re.match(r"^-- \S", following)
    ]


def is_named(text: str) -> bool:
    """Whether a query file starts with a name, comments aside."""
    code = (line for line in text.splitlines() if line.strip())
    for line in code:
        if _NAME.match(line):
            return True
        if not line.startswith("--"):
            return False
    return False


def queries() -> list[Path]:
    """The files of queries: all `.sql` but the tables."""
    return [
        path
        for path in files("services", "*.sql")
        if not path.name.startswith("schema") and path.parent.name != "migrations"
    ]


def test_every_query_has_a_name_and_a_line_on_what_it_is_for() -> None:
    texts = {path: path.read_text("utf-8") for path in queries()}
    assert [str(path) for path, text in texts.items() if not is_named(text)] == []
    assert {str(path): left for path, text in texts.items() if (left := unexplained(text))} == {}


def test_no_name_is_given_twice() -> None:
    for path in queries():
        found = re.findall(r"^-- name: (\w+)", path.read_text("utf-8"), re.MULTILINE)
        assert len(found) == len(set(found)), path


def test_nameless_ones_are_found() -> None:
    assert unexplained("-- name: a\nSELECT 1;\n-- name: b\n-- For b.\nSELECT 2;") == ["a"]
    assert not is_named("SELECT 1;")


def inline(sources: list[Module]) -> list[str]:
    """Modules that hold SQL themselves.

    Allowed is what cannot be a named query: a statement that an identifier is put into (a schema
    of a generation, a table of a projection), a call of a lock or the like, and the question
    whether the database is there.
    """
    return [
        source.name
        for source in sources
        if source.name not in INLINE_WITH_REASON and any(map(_is_query, _whole_texts(source.tree)))
    ]


def _is_query(text: str) -> bool:
    exempt = "{" in text or text.startswith("SELECT pg_") or text == "SELECT 1"
    return bool(_STATEMENT.match(text)) and not exempt


def _whole_texts(tree: ast.Module) -> list[str]:
    parts = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
    }
    constants = (
        node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in parts
    )
    return [node.value for node in constants if isinstance(node.value, str)]


def test_python_holds_no_sql() -> None:
    assert inline(modules()) == []
    assert inline([module("services.kit.a", "Q = 'SELECT a FROM b'")]) == ["services.kit.a"]
    assert inline([module("services.kit.a", "Q = f'SELECT a FROM {name}'")]) == []


def migrations() -> dict[Path, list[Path]]:
    """The folders of migrations, and the files of each."""
    folders: dict[Path, list[Path]] = {}
    for path in files("services", "migrations/*.sql"):
        folders.setdefault(path.parent, []).append(path)
    return folders


def test_migrations_are_numbered_without_gaps() -> None:
    assert migrations()
    for folder, paths in migrations().items():
        numbers = [path.name.split("_")[0] for path in paths]
        expected = [f"{number:04}" for number in range(1, len(paths) + 1)]
        assert numbers == expected, folder.relative_to(ROOT)


def takes_away(text: str) -> bool:
    """Whether a migration removes or renames what an older process may still use."""
    return bool(_TAKES_AWAY.search(re.sub(r"--.*", "", text)))


def test_migrations_only_add() -> None:
    paths = [path for folder in migrations().values() for path in folder]
    assert [str(path) for path in paths if takes_away(path.read_text("utf-8"))] == []
    assert takes_away("CREATE TABLE a ();\nALTER TABLE b DROP COLUMN c;")
    assert not takes_away("-- DROP nothing\nCREATE TABLE a (b int REFERENCES c ON DELETE CASCADE);")
