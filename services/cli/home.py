"""What every process stands on, put together from the settings: the one place that constructs."""

import asyncio
import fcntl
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from services.cli.errors import CommandFailedError
from services.kit.access.keys import Keys
from services.kit.actions.journal import Journal
from services.kit.actions.record import Recorder
from services.kit.log.kafka_access import Access
from services.kit.log.open import open_log
from services.kit.log.port import ACTIONS, DEAD_LETTERS, FACTS, Log
from services.kit.members.directory import Directory
from services.kit.projection.replay import Sources
from services.kit.registry.registry import Registry
from services.kit.runtime import database
from services.kit.runtime.migrations import migrate
from services.kit.runtime.postgres_keeper import PostgresKeeper
from services.kit.runtime.postgres_server import EmbeddedPostgres
from services.kit.runtime.secrets import Vault, kept
from services.kit.runtime.settings import Settings

FOR_EVER = {"retention.ms": "-1"}


@dataclass(frozen=True)
class Home:
    """The shared things of one process."""

    settings: Settings
    dsn: str
    log_url: str
    operator_key: str
    pool: database.Pool
    registry: Registry
    directory: Directory
    keys: Keys
    recorder: Recorder
    journal: Journal
    actions: Log
    facts: Log
    dead_letters: Log

    @property
    def sources(self) -> Sources:
        """What replays read."""
        return Sources(self.actions, self.registry, self.directory)


def operator_key(settings: Settings) -> str:
    """The operator's key: from the settings, else the one kept in the data folder."""
    if settings.operator_key is not None:
        return settings.operator_key.get_secret_value()
    path = settings.data / "operator.key"
    if not path.exists():
        secret = kept(settings.data / "operator.seed", 16).hex()
        path.touch(mode=0o600)
        path.write_text(f"hearth_operator_{secret}\n", encoding="ascii")
    return path.read_text(encoding="ascii").strip()


def master_key(settings: Settings) -> bytes:
    """The key that seals secrets and keys digests."""
    if settings.master_key is not None:
        return bytes.fromhex(settings.master_key.get_secret_value())
    return kept(settings.data / "master.key")


def _log(settings: Settings, url: str, topic: str) -> Log:
    return open_log(
        url,
        topic,
        settings.partitions,
        deadline=settings.append_deadline,
        session=settings.session_timeout,
        settings=FOR_EVER if topic == ACTIONS else {},
        access=Access(
            settings.log_security,
            settings.log_mechanism,
            settings.log_username,
            None if settings.log_password is None else settings.log_password.get_secret_value(),
            settings.log_ca_file,
            settings.log_certificate_file,
            settings.log_key_file,
        ),
    )


@asynccontextmanager
async def embedded(settings: Settings, *, owner: bool = False) -> AsyncIterator[str]:
    """The database's DSN. The embedded server is started where it does not run, and stopped in
    the end by who started it, or by its `owner`, who also starts it again where it dies."""
    if settings.database_url is not None:
        yield settings.database_url.get_secret_value()
        return
    server = EmbeddedPostgres(settings.data / "postgres", owner=owner)
    with held(settings.data / "serve.lock") if owner else nullcontext():
        dsn = await asyncio.to_thread(server.start)
        try:
            async with kept_alive(server) if owner else nullcontext():
                yield dsn
        finally:
            await asyncio.to_thread(server.stop)


@asynccontextmanager
async def kept_alive(server: EmbeddedPostgres) -> AsyncIterator[None]:
    """A started server is started again whenever it dies inside."""
    keeper = PostgresKeeper(server)
    await keeper.start()
    try:
        yield
    finally:
        await keeper.stop()


@contextmanager
def held(path: Path) -> Iterator[None]:
    """Hold a data folder: a second owner of its database would stop it under the first."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandFailedError(
                f"Hearth runs on {path.parent.absolute()} already; stop it first, or set"
                " HEARTH_DATA to another folder"
            ) from None
        yield


@asynccontextmanager
async def opened(settings: Settings, dsn: str, topics: Sequence[str] = ()) -> AsyncIterator[Home]:
    """A home over a database that runs. `topics` are those besides actions that are started."""
    await migrate(dsn)
    master = master_key(settings)
    operator = operator_key(settings)
    log_url = settings.log_url or dsn
    logs = {topic: _log(settings, log_url, topic) for topic in (ACTIONS, FACTS, DEAD_LETTERS)}
    used = [logs[topic] for topic in (ACTIONS, *topics)]
    pool = await database.pool(dsn, size=6)
    try:
        for log in used:
            await log.start()
        registry = Registry(pool, Vault(master), await logs[ACTIONS].partitions())
        directory, keys = Directory(pool), Keys(pool, operator)
        recorder = Recorder(directory, master)
        registry.also.append(directory.hear_soon)
        await registry.start()
        await keys.start()
        try:
            yield Home(
                settings,
                dsn,
                log_url,
                operator,
                pool,
                registry,
                directory,
                keys,
                recorder,
                Journal(logs[ACTIONS], registry, recorder),
                logs[ACTIONS],
                logs[FACTS],
                logs[DEAD_LETTERS],
            )
        finally:
            await keys.stop()
            await registry.stop()
            await directory.stop()
    finally:
        for log in reversed(used):
            await log.stop()
        await pool.close()
