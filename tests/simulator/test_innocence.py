"""The simulator knows how people behave, and nothing of who judges them or at what number."""

import ast
import re

import pytest

from tests.architecture.code import Module, module, modules

JUDGES = re.compile(
    r"\bR\d{1,2}b?\b|\bM\d{1,2}\b|threshold|benchmark|policy|policies|metric|incident|playbook"
    r"|ladder|level|\bpoints\b|ugc|share_under|cusum|baseline|\bfir(?:es|ing)\b|priority|\bP[1-4]\b",
    re.IGNORECASE,
)
ALLOWED = {"services.kit.runtime.clock", "services.simulator"}


def knowing(sources: list[Module]) -> list[str]:
    """Lines that speak of rules, and imports of anything but the clock's pure functions."""
    spoken = [
        f"{source.name}: {line.strip()}"
        for source in sources
        for line in source.text.splitlines()
        if JUDGES.search(line)
    ]
    imported = [
        f"{source.name} imports {name}"
        for source in sources
        for name in source.imports
        if name.startswith("services.") and not name.startswith(tuple(ALLOWED))
    ]
    return spoken + imported


def impure(sources: list[Module]) -> list[str]:
    """Clocks, loops and dice that are not seeded."""
    return [
        f"{source.name}: {ast.unparse(node)}"
        for source in sources
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and _asks_the_world(ast.unparse(node))
    ] + [f"{source.name} imports {n}" for source in sources for n in source.imports if _world(n)]


def _asks_the_world(call: str) -> bool:
    return call.startswith(("clock.now(", "random.", "time.", "open(")) or call == "Random()"


def _world(name: str) -> bool:
    return name.split(".")[0] in {"asyncio", "time", "datetime", "os", "secrets", "uuid", "aiohttp"}


def simulator() -> list[Module]:
    return [source for source in modules() if source.room == "simulator"]


def test_the_simulator_knows_no_threshold() -> None:
    assert simulator()
    assert knowing(simulator()) == []


def test_the_simulator_is_pure() -> None:
    assert impure(simulator()) == []


@pytest.mark.parametrize(
    "text",
    [
        "x = 0.1  # just under what R2 asks",
        "UGC_SHARE = 0.15",
        "from services.alerts.rules import ugc",
        "from services.kit.policy import shipped",
        "def over(threshold: float) -> None: ...",
    ],
)
def test_knowledge_is_found(text: str) -> None:
    assert knowing([module("services.simulator.x", text)])


@pytest.mark.parametrize("text", ["import asyncio", "a = clock.now()", "a = Random()"])
def test_the_world_is_found(text: str) -> None:
    assert impure([module("services.simulator.x", text)])
