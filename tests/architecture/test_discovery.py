"""One new file is enough: put into a folder, found; no list anywhere is edited.

CONTRIBUTING.md walks through the same examples; here they are shown to work.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.kit.actions import families, upcasters

Plant = Callable[[str, str], str]


@pytest.fixture
def plant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plant]:
    """Writes a module into a fresh package `newcomer` in a temporary folder; gives its path."""
    package = tmp_path / "newcomer"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(tmp_path)

    def write(name: str, text: str) -> str:
        path = package / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return str(package)

    yield write
    for name in [name for name in sys.modules if name.split(".")[0] == "newcomer"]:
        del sys.modules[name]


ACTION_TYPE = '''"""What members do with plants."""

from typing import ClassVar

from services.kit.actions.families import Data, Id, MemberId, Text


class CuttingSwapped(Data):
    """The member gave a cutting to another."""

    type: ClassVar[str] = "cutting.swapped"
    plant: Id
    receiver: MemberId
    note: Text | None = None
'''


def test_an_action_type(plant: Plant) -> None:
    folder = plant("plants.py", ACTION_TYPE)
    (found,) = families.discover([folder], "newcomer")
    assert found.type == "cutting.swapped"
    assert found.marked(families.MemberMark) == ("receiver",)
    assert found.marked(families.TextMark) == ("note",)


UPCASTER = '''"""`cutting.swapped` once named the receiver `to`."""

from typing import Any

TYPE, VERSION = "cutting.swapped", 1


def lift(data: dict[str, Any]) -> dict[str, Any]:
    return {("receiver" if name == "to" else name): value for name, value in data.items()}
'''


def test_an_upcaster(plant: Plant) -> None:
    folder = plant("cutting_swapped_1.py", UPCASTER)
    lifts = upcasters.discover([folder], "newcomer")
    assert lifts[("cutting.swapped", 1)]({"to": "u7"}) == {"receiver": "u7"}
