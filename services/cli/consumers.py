"""The parts of a consumer: its projection, the relay of its facts, its continuous proof."""

import importlib
import importlib.util

from services.cli import erasing
from services.cli.home import Home
from services.cli.projections import projections
from services.incentives.shadow.fold import Shadows
from services.kit.http.management import Check
from services.kit.projection.relay import Relay
from services.kit.projection.runner import Runner
from services.kit.projection.upgrade import Upgrade
from services.kit.projection.verify import Verification
from services.kit.runtime.lifecycle import Part

Made = tuple[list[Part], dict[str, Check]]


def consumer(home: Home, name: str) -> Made:
    """The parts of the consumer `name`, and what its own `service` module adds."""
    projection = projections()[name]
    runner = Runner(
        projection,
        home.dsn,
        home.actions,
        home.registry,
        home.directory,
        home.settings.largest_batch,
    )
    parts: list[Part] = [
        # Before the runner, whose start may wait for what this does.
        Upgrade(projection, home.dsn, home.sources),
        runner,
        Relay(name, home.dsn, home.facts, home.dead_letters),
    ]
    if home.settings.verify_share > 0:
        parts.append(
            Verification(
                projection, home.dsn, home.registry, home.sources, home.settings.verify_share
            )
        )
    if name == "incentives" and home.settings.shadow_share > 0:
        share = home.settings.shadow_share
        parts.append(Shadows(home.dsn, home.registry, home.sources, share))
    if name in (erasing.reading() or projections()):
        # Beside those that read texts, whose tables it waits for.
        parts.append(erasing.eraser(home))
    return parts + _own(home, name), {name: _ready(runner)}


def _own(home: Home, name: str) -> list[Part]:
    """Parts that a service adds: `parts(dsn, settings)` of its module `service`."""
    module = f"services.{name}.service"
    if importlib.util.find_spec(module) is None:
        return []
    return list(importlib.import_module(module).parts(home.dsn, home.settings))


def _ready(runner: Runner) -> Check:
    async def check() -> str | None:
        if runner.failed is not None:
            return f"stopped: {runner.failed}"
        return None if runner.ready else "waiting for the database, the log or a rebuild"

    return check
