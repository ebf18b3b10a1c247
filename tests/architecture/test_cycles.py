"""Modules stand on each other in one direction, so that there is an order in which to read them.

An import for types alone counts: whoever names another's type has to be read after it. What two
modules both need is a value of a third one, or a Protocol of the one that is read first.
"""

from graphlib import CycleError, TopologicalSorter

import pytest

from tests.architecture.code import Module, module, modules


def cycle(sources: list[Module]) -> list[str]:
    """The modules of a circle of imports, the first also last; empty where there is none."""
    there = {source.name for source in sources}
    stands_on = {
        source.name: {_module(name, there) for name in source.imports} - {source.name, ""}
        for source in sources
    }
    try:
        TopologicalSorter(stands_on).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def _module(name: str, there: set[str]) -> str:
    """The module that an imported name is, or is in; empty for what is not ours."""
    while name and name not in there:
        name = name.rpartition(".")[0]
    return name


def test_no_imports_go_in_a_circle() -> None:
    assert cycle(modules()) == []


@pytest.mark.parametrize(
    "text",
    [
        "from services.alerts.closing import close",
        "import services.alerts.closing",
        "from services.alerts import closing",
        "def late() -> None:\n    from services.alerts.closing import close",
        "if TYPE_CHECKING:\n    from services.alerts.closing import Closing",
    ],
)
def test_a_circle_is_found(text: str) -> None:
    fold = module("services.alerts.fold", "from services.alerts.judging import judge")
    judging = module("services.alerts.judging", text)
    closing = module("services.alerts.closing", "from services.alerts.fold import AlertsFold")
    assert len(set(cycle([fold, judging, closing]))) == 3
    assert cycle([fold, judging, module("services.alerts.closing", "")]) == []
