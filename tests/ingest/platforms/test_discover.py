"""A platform is a folder. Adding one edits nothing."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.ingest import platforms
from services.ingest.platforms.delivery import Delivery, Secrets, Verdict

VERIFY = """
from services.ingest.platforms.delivery import Verdict

def verify(delivery, source):
    return Verdict.GENUINE if delivery.body == b"tea" else Verdict.FORGED
"""
TRANSLATE = """
from services.ingest.platforms.delivery import Translation

def translate(delivery, source):
    return Translation("poured", ({"type": "member.checked_in", "id": "1", "member": "m"},))
"""


@pytest.fixture
def teahouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "teahouse"
    folder.mkdir()
    (folder / "verify.py").write_text(VERIFY)
    (folder / "translate.py").write_text(TRANSLATE)
    monkeypatch.setattr(platforms, "__path__", [*platforms.__path__, str(tmp_path)])
    yield tmp_path
    for name in [name for name in sys.modules if ".platforms.teahouse" in name]:
        del sys.modules[name]


def test_a_new_folder_is_found_and_works(teahouse: Path) -> None:
    found = platforms.discover([str(teahouse)])["teahouse"]
    delivery = Delivery("POST", {}, {}, b"tea", 0)
    assert found.verify(delivery, Secrets(())) is Verdict.GENUINE
    assert found.translate(delivery, Secrets(())).actions[0]["type"] == "member.checked_in"


def test_a_folder_without_the_two_files_is_no_platform(tmp_path: Path) -> None:
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "verify.py").write_text("")
    assert platforms.discover([str(tmp_path)]) == {}


def test_the_shipped_ones_are_found() -> None:
    assert "discourse" in platforms.discover()
