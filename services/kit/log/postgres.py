"""The log in PostgreSQL: the embedded default, for one machine.

An append locks the partition's head row until it commits, so offsets have no gaps and become
visible in order; a reader needs only what lies beyond its own. What was appended together is one
row, which makes a thousand records cost little more than one.
"""

import itertools
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

import asyncpg

from services.kit.log.batching import Batcher
from services.kit.log.port import Entry, Listener, LogUnavailableError, Record
from services.kit.log.postgres_group import PostgresSubscription
from services.kit.log.postgres_watch import Watch
from services.kit.runtime.database import Connection, is_away, migrate
from services.kit.runtime.sql import load

Q = load(__file__)
MIGRATIONS = Path(__file__).with_name("migrations")

# Bounds the scan of `fetch`, and how much is read beyond what was asked for.
_MOST_RECORDS_A_ROW = 1000
_MOST_BYTES_A_ROW = 2**20
_READ_BATCH = 5000


class PostgresLog:
    """One topic in the schema `log` of a database.

    `deadline` and `session` are seconds: how long an append may take, and how long a member of a
    group may be silent before its partitions move. `look_every` bounds how late an append is seen
    that another process made and died before telling.
    """

    def __init__(
        self,
        dsn: str,
        topic: str,
        partitions: int = 8,
        *,
        deadline: float = 10.0,
        session: float = 15.0,
        look_every: float = 0.5,
    ) -> None:
        self.topic = topic
        self.deadline = deadline
        self.session = timedelta(seconds=session)
        self._dsn = dsn
        self._wanted = partitions
        self._look_every = look_every
        self._batcher = Batcher(self._write, deadline)
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self._watch: Watch | None = None
        self._partitions = 0
        self.id = 0

    async def start(self) -> None:
        """Connect and create what is missing. Raises LogUnavailableError."""
        with _log_errors():
            await migrate(self._dsn, [MIGRATIONS])
            self._pool = await asyncpg.create_pool(
                self._dsn,
                min_size=0,
                max_size=8,
                timeout=5,
                reset=_keep_as_it_is,
                # Whatever the server's default is: an acknowledged append is on disk.
                server_settings={"application_name": "hearth log", "synchronous_commit": "on"},
            )
            rows = await self._pool.fetch(Q.create_topic, self.topic, self._wanted)
            self.id, self._partitions = rows[0]["id"], rows[0]["partitions"]
            await self._pool.execute(Q.create_heads, self.id, self._partitions)
        self._watch = Watch(self.id, self._partitions, self._own_connection, self._look_every)
        self._watch.start()

    async def stop(self) -> None:
        """Finish what is being appended and disconnect."""
        await self._batcher.stop()
        if self._watch is not None:
            await self._watch.stop()
        if self._pool is not None:
            self._pool.terminate()
            self._pool = None

    @property
    def watch(self) -> Watch:
        """What knows the ends. Only between start and stop."""
        if self._watch is None:
            raise LogUnavailableError(f"the log {self.topic} is not started")
        return self._watch

    async def partitions(self) -> int:
        """How many partitions the topic has."""
        return self._partitions

    async def append(self, partition: int, entries: Sequence[Entry]) -> int:
        """See the port."""
        return await self._batcher.append(partition, entries)

    async def beginning(self, partition: int) -> int:
        """The oldest offset still there."""
        return (await self.bounds(partition))[0]

    async def end(self, partition: int) -> int:
        """The offset the next record will get."""
        return (await self.bounds(partition))[1]

    async def bounds(self, partition: int) -> tuple[int, int]:
        """Beginning and end. Raises LogUnavailableError."""
        async with self.connection() as db:
            rows = await db.fetch(Q.heads, self.id, timeout=self.deadline)
        return next((r["beginning"], r["next"]) for r in rows if r["partition"] == partition)

    async def read(self, partition: int, start: int, stop: int) -> AsyncIterator[Sequence[Record]]:
        """See the port. Raises LogUnavailableError."""
        while start < stop:
            records = await self.fetch(partition, start, min(stop, start + _READ_BATCH))
            records = [record for record in records if record.offset < stop]
            if not records:
                return
            yield records
            start = records[-1].offset + 1

    async def fetch(self, partition: int, start: int, stop: int) -> list[Record]:
        """All records of [start, stop) there are, and maybe some that follow them."""
        async with self.connection() as db:
            rows = await db.fetch(
                Q.fetch, self.id, partition, start, stop, _MOST_RECORDS_A_ROW, timeout=self.deadline
            )
        return [record for row in rows for record in _records(row, start)]

    def subscribe(self, group: str, listener: Listener) -> PostgresSubscription:
        """A new member of `group`, not yet started."""
        return PostgresSubscription(self, group, listener)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """A connection for a moment. Raises LogUnavailableError when the server is away."""
        if self._pool is None:
            raise LogUnavailableError(f"the log {self.topic} is not started")
        with _log_errors():
            async with self._pool.acquire(timeout=self.deadline) as db:
                yield db

    async def _write(self, partition: int, entries: list[Entry]) -> int:
        async with self.connection() as db:
            first = await self._insert(db, partition, entries)
        self.watch.saw(partition, first + len(entries))
        self.watch.appended(partition)
        return first

    async def _insert(self, db: Connection, partition: int, entries: list[Entry]) -> int:
        chunks = list(_chunks(entries))
        if len(chunks) == 1:
            return await self._insert_chunk(db, partition, chunks[0])
        async with db.transaction():
            firsts = [await self._insert_chunk(db, partition, chunk) for chunk in chunks]
        return firsts[0]

    async def _insert_chunk(self, db: Connection, partition: int, chunk: Sequence[Entry]) -> int:
        keys, contents = zip(*chunk, strict=True)
        first = await db.fetchval(
            Q.append, self.id, partition, keys, contents, timeout=self.deadline
        )
        return int(first)

    async def _own_connection(self) -> "asyncpg.Connection[asyncpg.Record]":
        """For listening, and for words that may be lost."""
        settings = {"application_name": "hearth log watch", "synchronous_commit": "off"}
        return await asyncpg.connect(self._dsn, timeout=5, server_settings=settings)


async def _keep_as_it_is(_: object) -> None:
    """Nothing here changes a connection's state, so giving it back costs no round trip."""


@contextmanager
def _log_errors() -> Iterator[None]:
    try:
        yield
    except Exception as error:
        if is_away(error):
            raise LogUnavailableError(f"the log's database does not answer: {error!r}") from error
        raise


def _chunks(entries: Sequence[Entry]) -> Iterator[Sequence[Entry]]:
    """Parts that each fit into one row."""
    start = size = 0
    for place, entry in enumerate(entries):
        size += len(entry.value)
        if place > start and (size > _MOST_BYTES_A_ROW or place - start == _MOST_RECORDS_A_ROW):
            yield entries[start:place]
            start, size = place, len(entry.value)
    yield entries[start:]


def _records(row: asyncpg.Record, start: int) -> list[Record]:
    """The records of one row from `start` on."""
    first, keys, contents = row
    records = list(map(Record, itertools.count(first), keys, contents))
    return records[start - first :] if start > first else records
