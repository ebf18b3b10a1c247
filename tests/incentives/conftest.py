"""Fixtures of the incentives tests."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from services.kit.runtime.migrations import migrate
from tests.incentives.play import Stage


@pytest.fixture
async def database(database: str) -> str:
    """With the shared schemas: what is decided about rewards lies beside the generations."""
    await migrate(database)
    return database


@pytest.fixture
async def stage(database: str) -> AsyncIterator[Stage]:
    """An empty generation on a database of its own."""
    await migrate(database)  # the decisions about rewards lie in a shared schema
    db = await asyncpg.connect(database)
    yield Stage(db)
    await db.close()
