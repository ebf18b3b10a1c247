"""Decisions are pure: no server, no framework, no clock, no chance; time and ids come as arguments.

How a pure module is told from a shell: by its file's name. In the two services that fold, every
module is pure but for the few names below, which are the same in every feature folder. So a new
rule, metric or badge kind is held to purity without asking for it, and what talks to the outside
must say so by its name. Elsewhere it is the other way round, most being shell: what is pure there
is listed.
"""

import ast

import pytest

from tests.architecture.code import Module, module, modules

FOLDING = {"incentives", "alerts"}
SHELLS = {
    "view": "response models and routes, for the gateway",
    "commands": "orders taken from outside, decided under a lock",
    "store": "the statements of a feature: load and write",
    "loading": "store's first half, where one file would be too long",
    "writing": "its second half",
    "remembering": "what a fold knows of communities: loaded, written, let go of",
    "timetable": "what waits for log time: loaded, fired, written",
    "fold": "what the worker drives: load and write around the pure parts",
    "projection": "what the worker is given: opens the fold",
}
SHELL_FOLDERS = {"notify": "channels talk to the world, that is their work"}
PURE_ELSEWHERE = (
    "services.ingest.platforms",
    "services.kit.actions.families",
    "services.kit.actions.upcasters",
    "services.kit.communities.timeline",
    "services.kit.members.verdicts",
)

SERVERS = {
    "asyncio",
    "asyncpg",
    "aiokafka",
    "fastapi",
    "starlette",
    "uvicorn",
    "aiohttp",
    "prometheus_client",
}
CHANCE = {"asyncio", "time", "random", "secrets", "uuid", "os", "socket", "subprocess", "threading"}
CLOCKS = {"now", "utcnow", "today", "monotonic", "perf_counter", "time_ns"}


def is_pure(name: str) -> bool:
    """Whether a module must be pure, by its dotted name."""
    parts = name.split(".")
    if len(parts) > 2 and parts[1] in FOLDING:
        return parts[-1] not in SHELLS and not SHELL_FOLDERS.keys() & set(parts)
    return any(name == pure or name.startswith(f"{pure}.") for pure in PURE_ELSEWHERE)


def impurities(sources: list[Module]) -> list[str]:
    """What pure modules have that they must not."""
    return [
        f"{source.name}: {what}"
        for source in sources
        if is_pure(source.name)
        for what in [*_imports(source), *_waits(source), *_clocks(source), *_shells(source)]
    ]


def _imports(source: Module) -> list[str]:
    return [f"imports {name}" for name in source.imports if name.split(".")[0] in SERVERS | CHANCE]


def _waits(source: Module) -> list[str]:
    """Whoever waits, waits for something outside."""
    awaiting = (ast.AsyncFunctionDef, ast.Await, ast.AsyncFor, ast.AsyncWith)
    lines = [node.lineno for node in ast.walk(source.tree) if isinstance(node, awaiting)]
    return [f"awaits, in line {lines[0]}"] if lines else []


def _clocks(source: Module) -> list[str]:
    return [
        f"reads the clock by {node.attr}()"
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS
    ] + [f"imports {name}" for name in source.imports if name.endswith("runtime.clock.now")]


def _shells(source: Module) -> list[str]:
    """A pure module that leans on a shell is none. To name its type alone is not leaning."""
    return [
        f"leans on the shell {name}"
        for name in source.imports
        if name.split(".")[:2] == source.name.split(".")[:2]
        and SHELLS.keys() & set(name.split(".")[2:])
        and name not in _for_types(source)
    ]


def _for_types(source: Module) -> list[str]:
    """What is imported under `if TYPE_CHECKING:`."""
    blocks = (node for node in source.tree.body if isinstance(node, ast.If))
    guarded = [node for node in blocks if ast.unparse(node.test) == "TYPE_CHECKING"]
    return [
        name
        for node in guarded
        for name in Module(source.name, "\n".join(map(ast.unparse, node.body))).imports
    ]


def test_pure_modules_are_pure() -> None:
    assert impurities(modules()) == []


@pytest.mark.parametrize(
    "text",
    [
        "import asyncpg",
        "from aiokafka import AIOKafkaConsumer",
        "from fastapi import APIRouter",
        "import time",
        "async def load(db): ...",
        "from random import choice",
        "from datetime import UTC, datetime\nat = datetime.now(UTC)",
        "from services.kit.runtime import clock\nat = clock.now()",
        "from services.kit.runtime.clock import now",
        "from services.incentives.points.store import load",
        "from services.incentives.points import view",
    ],
)
def test_an_impurity_is_found(text: str) -> None:
    assert impurities([module("services.incentives.points.rules", text)])


def test_to_name_a_shells_type_is_allowed() -> None:
    text = "if TYPE_CHECKING:\n    from services.alerts.fold import AlertsFold"
    assert impurities([module("services.alerts.closing", text)]) == []


def test_shells_may() -> None:
    for shell in SHELLS:
        assert impurities([module(f"services.alerts.incidents.{shell}", "import asyncpg")]) == []


def test_what_is_listed_is_there() -> None:
    there = {source.name for source in modules()}
    assert set(PURE_ELSEWHERE) - there == set()
