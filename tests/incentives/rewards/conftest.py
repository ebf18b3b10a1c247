"""Views of rewards look at the decisions too, which lie in a shared schema."""

import pytest

from services.kit.runtime.migrations import migrate
from tests.incentives.play import Stage


@pytest.fixture
async def stage(stage: Stage, database: str) -> Stage:
    await migrate(database)
    return stage
