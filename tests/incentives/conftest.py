"""Fixtures of the incentives tests."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.incentives.play import Stage


@pytest.fixture
async def stage(database: str) -> AsyncIterator[Stage]:
    """An empty generation on a database of its own."""
    db = await asyncpg.connect(database)
    yield Stage(db)
    await db.close()
