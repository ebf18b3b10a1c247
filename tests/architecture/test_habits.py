"""Small files, short functions, SQL as prose, no drawers for everything, no place but our own."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.code import ROOT, Module, module, modules

FILE_LINES = 300
FUNCTION_LINES = 50
MAY_BE_LONGER: dict[str, str] = {}
"""Dotted name of a file or function -> why it reads better in one piece. Keep it short."""

DRAWERS = {"common", "utils", "util", "helpers", "misc", "tools"}


def too_long(sources: list[Module]) -> list[str]:
    """Files and functions past the limits, but for those with a reason."""
    return [
        f"{name} has {length} lines; it wants two rooms"
        for name, length, limit in _lengths(sources)
        if length > limit and name not in MAY_BE_LONGER
    ]


def _lengths(sources: list[Module]) -> Iterator[tuple[str, int, int]]:
    for source in sources:
        yield source.name, source.text.count("\n"), FILE_LINES
        for node in ast.walk(source.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                yield f"{source.name}.{node.name}", length, FUNCTION_LINES


def test_files_and_functions_are_small() -> None:
    assert too_long([*modules("services"), *modules("tests"), *modules("bench")]) == []


def test_exceptions_are_few_and_needed() -> None:
    every = _lengths([*modules("services"), *modules("tests"), *modules("bench")])
    assert set(MAY_BE_LONGER) <= {name for name, length, limit in every if length > limit}
    assert len(MAY_BE_LONGER) <= 5


def test_long_ones_are_found() -> None:
    body = "def f():\n" + "    pass\n" * FUNCTION_LINES
    assert len(too_long([module("services.kit.a", body)])) == 1
    assert len(too_long([module("services.kit.a", "a = 1\n" * (FILE_LINES + 1))])) == 1


def drawers(sources: list[Module]) -> list[str]:
    """Modules named for nothing in particular."""
    return [source.name for source in sources if DRAWERS & set(source.name.split("."))]


def test_every_module_is_named_for_its_subject() -> None:
    assert drawers(modules()) == []
    assert drawers([module("services.kit.utils.text", "")]) == ["services.kit.utils.text"]


PLACES = re.compile(
    "|".join(
        [
            r"(?<![\w.])/(?:root|work|Users|home/\w+)/",
            r"--(?:extra-)?(?:index-url|find-links)",
            r"pypi\.org|pythonhosted\.org|npmjs\.org|maven\.org|golang\.org/|docker\.io|ghcr\.io|quay\.io",
        ]
    )
)
"""Folders of one machine, and the hosts of package registries: both are the reader's to choose."""


def tracked() -> list[Path]:
    """The files that git knows."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True)
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file() and path != Path(__file__)]


def places(text: str) -> list[str]:
    """Places of one machine or registry that a text names."""
    return [match.group() for match in PLACES.finditer(text)]


def test_no_file_names_a_place_of_one_machine() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git clone: the tracked files are unknown")
    texts = ((path, path.read_bytes().decode(errors="replace")) for path in tracked())
    assert [(str(path), found) for path, text in texts if (found := places(text))] == []


@pytest.mark.parametrize("text", ["cd /root/x", "x = '/home/me/x'", "pip --index-url y"])
def test_a_place_is_found(text: str) -> None:
    assert places(text)
