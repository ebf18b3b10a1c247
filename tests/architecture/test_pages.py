"""The pages do not lead astray: links go somewhere, `make x` and `hearth x` are there."""

import re
from pathlib import Path

import pytest

from services.cli.main import build
from tests.architecture.code import ROOT
from tests.architecture.test_make import targets

PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
_LINK = re.compile(r"\]\(([^)#]+?)(?:#[^)]*)?\)")
_MAKE = re.compile(r"(?:`|^    )make ([a-z-]+)", re.MULTILINE)
_HEARTH = re.compile(r"(?:`|bin/)hearth ([a-z-]+)")


def test_there_are_pages() -> None:
    assert {"README.md", "README.zh.md", "CONTRIBUTING.md", "architecture.md"} <= {
        page.name for page in PAGES
    }


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_names_is_there(page: Path) -> None:
    text = page.read_text("utf-8")
    links = [link for link in _LINK.findall(text) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []
    assert set(_MAKE.findall(text)) - targets() == set()
    assert set(_HEARTH.findall(text)) - set(build()) == set()


def test_both_readmes_show_the_same_commands() -> None:
    """The texts differ, what is to be typed does not (but for the names in it)."""
    english, chinese = (
        [re.sub(r'"(?:text|name)": "[^"]*"', "", line) for line in _commands(ROOT / name)]
        for name in ("README.md", "README.zh.md")
    )
    assert english == chinese


def _commands(page: Path) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines()]
