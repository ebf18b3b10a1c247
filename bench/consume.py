"""A consumer process to be timed from outside: `python -m bench.consume PROJECTION`.

It prints {"holds": n} whenever the number of partitions it holds has changed, and works until
SIGTERM. Whoever started it measures.
"""

import asyncio
import json
import sys

import uvloop

from bench.capped import CAPPED
from services.cli.consumers import consumer
from services.cli.home import opened
from services.kit.log.port import DEAD_LETTERS, FACTS
from services.kit.projection.runner import Runner
from services.kit.runtime import logging
from services.kit.runtime.lifecycle import Lifecycle, Part, on_signals
from services.kit.runtime.settings import load


async def consume(name: str) -> None:
    """Run what `hearth serve NAME` runs, or the comparison's own projection."""
    settings = load()
    logging.configure(settings.log_level, settings.log_format)
    assert settings.database_url is not None, "the comparison that starts it sets the servers"
    dsn, stop = settings.database_url.get_secret_value(), asyncio.Event()
    on_signals(stop)
    async with opened(settings, dsn, (FACTS, DEAD_LETTERS)) as home:
        parts: list[Part]
        if name == CAPPED.name:
            parts = [Runner(CAPPED, dsn, home.actions, home.registry, home.directory)]
        else:
            parts = consumer(home, name)[0]
        runner = next(part for part in parts if isinstance(part, Runner))
        lifecycle = Lifecycle(parts)
        await lifecycle.start()
        telling = asyncio.create_task(_tell(runner))
        try:
            await lifecycle.watch(stop)
        finally:
            telling.cancel()
            await lifecycle.stop()


async def _tell(runner: Runner) -> None:
    told = 0
    while True:
        holds = len(runner.positions())
        if holds != told:
            print(json.dumps({"holds": holds}), flush=True)
            told = holds
        await asyncio.sleep(0.1)


if __name__ == "__main__":
    uvloop.run(consume(sys.argv[1]))
