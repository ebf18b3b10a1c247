"""The gateway under test."""

from collections.abc import AsyncIterator

import pytest

from tests.api.world import World
from tests.api.world import world as opened


@pytest.fixture
async def world(database: str) -> AsyncIterator[World]:
    async with opened(database) as world:
        yield world
