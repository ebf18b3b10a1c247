"""Services stand on the kit and never on each other; the gateway sees only what they publish."""

import pytest

from tests.architecture.code import Module, module, modules, room

SERVICES = {"ingest", "incentives", "alerts", "api"}
PUBLISHED = {"view", "commands"}
"""Modules of a service that the gateway may import."""

MAY_IMPORT = {
    "kit": {"kit"},
    "ingest": {"kit", "ingest"},
    "incentives": {"kit", "incentives"},
    "alerts": {"kit", "alerts"},
    "api": {"kit", "api"},
    "importers": {"kit", "importers"},
    "simulator": {"kit", "simulator"},
    "cli": {"kit", "cli", "importers", "simulator", *SERVICES},
}
"""The command line is where everything is put together; it alone knows all rooms."""


def crossings(sources: list[Module]) -> list[str]:
    """Imports across a boundary."""
    return [
        f"{source.name} imports {imported}"
        for source in sources
        for imported in source.imports
        if source.room
        and room(imported)
        and room(imported) not in MAY_IMPORT[source.room]
        and not _published(source, imported)
    ]


def _published(source: Module, imported: str) -> bool:
    # services.incentives.points.view, or a name out of it
    published = PUBLISHED & set(imported.split(".")[2:])
    return source.room == "api" and room(imported) in SERVICES and bool(published)


def test_no_import_crosses_a_boundary() -> None:
    assert crossings(modules()) == []


def test_every_room_is_known() -> None:
    assert {source.room for source in modules()} - {""} <= set(MAY_IMPORT)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("services.incentives.points.rules", "from services.alerts.metrics import ugc_share"),
        ("services.alerts.fold", "import services.incentives.fold"),
        ("services.api.members", "from services.incentives.points.fold import Fold"),
        ("services.api.members", "from services.incentives import policy"),
        ("services.kit.log.open", "from services.ingest.receive import accumulator"),
        ("services.simulator.tea", "from services.kit import clock\nimport services.alerts.rules"),
        ("services.ingest.open", "import importlib\nimportlib.import_module('services.api.app')"),
        ("services.alerts.rules.r2", "from ...incentives import points"),
    ],
)
def test_a_crossing_is_found(name: str, text: str) -> None:
    assert len(crossings([module(name, text)])) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("services.api.members", "from services.incentives.points import view"),
        ("services.api.members", "from services.alerts.incidents.commands import Acknowledge"),
        ("services.alerts.rules.r2", "from services.alerts.metrics import ugc_share"),
        ("services.cli.serve", "from services.incentives.main import build"),
    ],
)
def test_what_is_allowed_is_allowed(name: str, text: str) -> None:
    assert crossings([module(name, text)]) == []
