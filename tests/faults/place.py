"""Where faults happen: a broker, a database and the services, all ours to kill."""

import asyncio
import shutil
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient

from services.kit.log.kafka_server import KafkaCluster, KafkaServer
from services.kit.log.port import ACTIONS
from tests.support.installation import ROLES, Installation
from tests.support.kafka import require_kafka
from tests.support.postgres import ScratchServer

QUICK = {
    "session_timeout": "2",
    "verify_share": "0",
    "partitions": "4",
    "log_level": "warning",
}
"""Short timeouts, so that what is lost is noticed soon; no proof beside, it is made at the end."""


class Place:
    """A database server, a Kafka broker or none, and an installation on them."""

    def __init__(
        self,
        folder: Path,
        *,
        broker: KafkaServer | KafkaCluster | None,
        settings: dict[str, str] | None = None,
        log_url: str | None = None,
    ) -> None:
        self.ended: list[str] = []
        """Processes that ended by themselves, each with its last line."""
        self.database = ScratchServer()
        self.dsn = self.database.start()
        self.kafka, self.log_url = broker, log_url
        if broker is not None:
            address = broker.start()
            self.log_url = log_url or f"kafka://{address}"
        self.installation = Installation(
            folder,
            database_url=self.dsn,
            log_url=self.log_url,
            one_process=broker is None,
            settings=QUICK | (settings or {}),
        )

    async def bounce(self, role: str) -> float:
        """SIGKILL of a role and its return; seconds until it was ready again."""
        begun = time.monotonic()
        if role == "broker":
            assert self.kafka is not None
            self.kafka.kill()
            await asyncio.to_thread(self.kafka.start)
        elif role == "database":
            self.database.kill()
            await asyncio.to_thread(self.start_database)
        else:
            await self.installation.bounce(role)
        return time.monotonic() - begun

    async def settled(self) -> None:
        """Until all are ready; what ended by itself meanwhile is started again, and counted."""
        for name, process in self.installation.processes.items():
            while True:
                if not process.running:
                    self.ended.append(f"{name}: {process.said(300).strip().splitlines()[-1]}")
                    process.start()
                try:
                    await self.installation.ready(name)
                except AssertionError:
                    if process.running:
                        raise
                else:
                    break

    def start_database(self) -> None:
        """Again, as soon as the last of the killed server's processes has let go."""
        deadline = time.monotonic() + 30
        while True:
            try:
                self.database.start()
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
            else:
                return

    def close(self) -> None:
        """All gone, the services first."""
        self.installation.close()
        if self.kafka is not None:
            self.kafka.kill()
            shutil.rmtree(self.kafka.folder, ignore_errors=True)
        self.database.stop()


@asynccontextmanager
async def place(
    folder: Path,
    *,
    kafka: bool,
    settings: dict[str, str] | None = None,
    more: Sequence[str] = (),
    broker: KafkaServer | KafkaCluster | None = None,
    log_url: str | None = None,
) -> AsyncIterator[Place]:
    """A running place, with a second process of the roles in `more`.

    `broker` and `log_url` are for one that is reached by another way than its own.
    """
    if kafka:
        require_kafka()
        broker = broker or KafkaServer(folder / "kafka")
    made = await asyncio.to_thread(Place, folder, broker=broker, settings=settings, log_url=log_url)
    for role in more:
        made.installation.add(f"{role}-2", role)
    try:
        async with made.installation.running():
            yield made
    finally:
        made.close()


async def kept_by_two(address: str) -> bool:
    """Whether each partition of the log has three replicas, all of them in step."""
    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    try:
        [topic] = await admin.describe_topics([ACTIONS])
    finally:
        await admin.close()
    return all(len(part["replicas"]) == len(part["isr"]) == 3 for part in topic["partitions"])


async def until_kept_by_all(address: str) -> None:
    async with asyncio.timeout(120):
        while not await kept_by_two(address):  # noqa: ASYNC110 - the brokers catch up by themselves
            await asyncio.sleep(0.2)


BOUNCED = (*ROLES, "broker", "database")
