"""The log in Apache Kafka, by aiokafka: for those who run at scale.

Nothing relies on Kafka's transactions or committed offsets. The traps of aiokafka 0.14 that shape
this are told where they are stepped around: here, in `kafka_writer.py` and in `kafka_group.py`.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from services.kit.log.batching import Batcher
from services.kit.log.kafka_access import Access
from services.kit.log.kafka_group import KafkaSubscription
from services.kit.log.kafka_topic import ensure_topic
from services.kit.log.kafka_writer import KafkaWriter
from services.kit.log.port import Entry, Listener, LogUnavailableError, Record


class KafkaLog:
    """One topic of the cluster behind `brokers` (`host:port[,host:port...]`).

    Seconds: `deadline` bounds an append or a query, `session` a member's silence, `stuck` how long
    a consumer may stand still behind the end before its subscription fails. `settings` are the
    topic's when it is created; the default keeps everything for ever. `access` is how the brokers
    let us in.
    """

    def __init__(
        self,
        brokers: str,
        topic: str,
        partitions: int = 8,
        *,
        deadline: float = 10.0,
        session: float = 15.0,
        rebalance: float = 60.0,
        stuck: float = 60.0,
        compression: str | None = "snappy",
        settings: Mapping[str, str] | None = None,
        access: Access = Access(),  # noqa: B008 - frozen
    ) -> None:
        self.topic = topic
        self.brokers = brokers
        self.access = access
        self.deadline = deadline
        self.session = session
        self.rebalance = rebalance
        self.stuck = stuck
        self._wanted = partitions
        self._settings = dict(settings or {})
        self._partitions = 0
        self._writer = KafkaWriter(brokers, topic, deadline, compression, access)
        self._batcher = Batcher(self._writer.write, deadline)
        self._asker: AIOKafkaConsumer | None = None

    async def start(self) -> None:
        """Connect, creating the topic if it is missing. Raises LogUnavailableError."""
        try:
            with self._log_errors():
                async with asyncio.timeout(self.deadline):
                    await self._connect()
        except LogUnavailableError as error:
            refusal = await self.access.refusal(self.brokers)
            if refusal is None:
                raise
            raise LogUnavailableError(
                f"Kafka at {self.brokers} does not let us in by {self.access.protocol}: {refusal}"
            ) from error

    async def _connect(self) -> None:
        self._partitions = await ensure_topic(
            self.brokers, self.access, self.topic, self._wanted, self._settings, self.deadline
        )
        await self._writer.start()
        self._asker = await self._reader(range(self._partitions))

    async def stop(self) -> None:
        """Send what is under way and disconnect."""
        await self._batcher.stop()
        await self._writer.stop()
        asker, self._asker = self._asker, None
        if asker is not None:
            await asker.stop()

    async def partitions(self) -> int:
        """How many partitions the topic has."""
        return self._partitions

    async def append(self, partition: int, entries: Sequence[Entry]) -> int:
        """See the port."""
        return await self._batcher.append(partition, entries)

    async def beginning(self, partition: int) -> int:
        """The oldest offset still there."""
        where = TopicPartition(self.topic, partition)
        return (await self.beginnings([where]))[where]

    async def end(self, partition: int) -> int:
        """The offset the next record will get."""
        where = TopicPartition(self.topic, partition)
        return (await self.ends([where]))[where]

    async def beginnings(self, where: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """The oldest offset of each. Raises LogUnavailableError."""
        with self._log_errors():
            async with asyncio.timeout(self.deadline):
                return await self._started().beginning_offsets(where)

    async def ends(self, where: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        """The next offset of each. Raises LogUnavailableError."""
        with self._log_errors():
            async with asyncio.timeout(self.deadline):
                return await self._started().end_offsets(where)

    async def read(self, partition: int, start: int, stop: int) -> AsyncIterator[Sequence[Record]]:
        """See the port. Raises LogUnavailableError when nothing comes within the deadline."""
        if start >= stop:
            return
        where = TopicPartition(self.topic, partition)
        with self._log_errors():
            reader = await self._reader([partition])
            try:
                reader.seek(where, start)
                reader.resume(where)
                while start < stop:
                    got = await reader.getmany(where, timeout_ms=int(self.deadline * 1000))
                    following = await reader.position(where)
                    if following == start:
                        raise LogUnavailableError(f"nothing came of {self.topic} from {start} on")
                    start = following  # beyond the last record if control records follow it
                    records = [
                        Record(r.offset, r.key or b"", r.value or b"")
                        for r in got.get(where, ())
                        if r.offset < stop
                    ]
                    if records:
                        yield records
            finally:
                await reader.stop()

    def subscribe(self, group: str, listener: Listener) -> KafkaSubscription:
        """A new member of `group`, not yet started."""
        return KafkaSubscription(self, group, listener)

    async def _reader(self, partitions: Sequence[int]) -> AIOKafkaConsumer:
        """A consumer outside any group, of paused partitions."""
        reader = AIOKafkaConsumer(
            bootstrap_servers=self.brokers,
            client_id="hearth",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=20,
            max_partition_fetch_bytes=2**20,
            request_timeout_ms=max(5000, int(self.deadline * 1000)),
            **self.access.options(),
        )
        try:
            await reader.start()
            where = [TopicPartition(self.topic, partition) for partition in partitions]
            reader.assign(where)
            reader.pause(*where)
        except BaseException:
            await reader.stop()
            raise
        return reader

    def _started(self) -> AIOKafkaConsumer:
        if self._asker is None:
            raise LogUnavailableError(f"the log {self.topic} is not started")
        return self._asker

    @contextmanager
    def _log_errors(self) -> Iterator[None]:
        try:
            yield
        except (KafkaError, OSError, TimeoutError) as error:
            raise LogUnavailableError(
                f"Kafka at {self.brokers} does not answer: {error!r}"
            ) from error
