"""Waiting in tests: until an answer is enough, never for a time."""

import asyncio
from collections.abc import Callable
from typing import Any


async def until(ask: Callable[[], Any], enough: Callable[[Any], bool], seconds: float = 20) -> Any:
    """Ask again and again, yielding in between, until the answer is enough."""
    async with asyncio.timeout(seconds):
        while not enough(answer := await ask()):  # noqa: ASYNC110 - other processes change it
            await asyncio.sleep(0.01)
        return answer
