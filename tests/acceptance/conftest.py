"""Hearth as users have it, on both logs: one process over PostgreSQL, four over Kafka."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from services.kit.log.kafka_server import KafkaServer
from tests.support.client import Client
from tests.support.installation import Installation
from tests.support.kafka import require_kafka

SETTINGS = {"partitions": "4", "session_timeout": "5", "webhooks_anywhere": "true"}
LOGS = [
    pytest.param("postgres", marks=pytest.mark.xdist_group("postgres-processes")),
    pytest.param("kafka", marks=[pytest.mark.kafka, pytest.mark.xdist_group("kafka-processes")]),
]


@contextmanager
def broker(wanted: bool) -> Iterator[str | None]:
    """The URL of a log on a broker of its own, or None where none is wanted."""
    if not wanted:
        yield None
        return
    require_kafka()
    server = KafkaServer(Path(tempfile.mkdtemp(prefix="hearth-kafka-")))
    try:
        yield f"kafka://{server.start()}"
    finally:
        server.kill()
        shutil.rmtree(server.folder, ignore_errors=True)


async def _execute(dsn: str, statement: str) -> None:
    db = await asyncpg.connect(dsn)
    try:
        await db.execute(statement)
    finally:
        await db.close()


@pytest.fixture(scope="session", params=LOGS)
def hearth(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgres_server: str
) -> Iterator[Installation]:
    """An installation that runs; tests keep apart by communities of their own."""
    name = f"acceptance_{request.param}"
    asyncio.run(_execute(postgres_server, f"CREATE DATABASE {name}"))
    dsn = postgres_server.replace("/postgres?", f"/{name}?")
    with broker(request.param == "kafka") as log_url:
        made = Installation(
            tmp_path_factory.mktemp("hearth"),
            database_url=dsn,
            log_url=log_url,
            one_process=log_url is None,
            settings=SETTINGS,
        )
        try:
            asyncio.run(made.start())
            yield made
        finally:
            made.close()
    asyncio.run(_execute(postgres_server, f"DROP DATABASE {name} WITH (FORCE)"))


@pytest.fixture
async def operator(hearth: Installation) -> AsyncIterator[Client]:
    """A client with the operator's key."""
    async with hearth.client() as client:
        yield client


@pytest.fixture
async def community(request: pytest.FixtureRequest, operator: Client) -> str:
    """A fresh interest club of this test's own."""
    slug = request.node.originalname.removeprefix("test_").replace("_", "-")[:60]
    body = {"name": "Tea club", "type": "interest", "time_zone": "Asia/Shanghai"}
    await operator.put(f"/v1/communities/{slug}", body)
    return slug
