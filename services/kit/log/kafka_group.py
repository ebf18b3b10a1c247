"""A member of a consumer group of Kafka, by aiokafka 0.14.

What is stepped around here:

* Records can be handed out before `on_partitions_assigned` is over: partitions are paused first
  thing and resumed after the seek, and the pump keeps only records of partitions that were open
  before it asked.
* Heartbeats stand still during `on_partitions_assigned`: the listener works in a task of its own.
* An exception in a rebalance listener is only logged: it becomes `failed`.
* `stop()` revokes nothing: we do.
* A position out of range is reset to the beginning without a word: positions are checked before,
  and going backwards is refused.
* After a broker's restart a consumer can stand still without an error: a watchdog ends it.
* `getmany` drains the first partition first: it drains into a bounded buffer for each, and full
  ones are paused. A fetch is bounded by its compressed size only, so it is drained in parts.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Collection, Coroutine, Sequence

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, ConsumerRecord, TopicPartition
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.errors import KafkaError

from services.kit.log.kafka_buffer import DRAINED_AT_ONCE, Buffer
from services.kit.log.kafka_topic import Topic
from services.kit.log.port import (
    Listener,
    LogError,
    LogUnavailableError,
    PositionError,
    Record,
    check_position,
)

log = logging.getLogger(__name__)
_RETRY = 0.1
_REPORT_EVERY = 1.0


class StuckError(LogError):
    """The consumer stands still although there is more to read."""


class KafkaSubscription(ConsumerRebalanceListener):
    """A member of a group in Kafka."""

    def __init__(self, owner: Topic, group: str, listener: Listener) -> None:
        self._log = owner
        self._group = group
        self._listener = listener
        self._consumer: AIOKafkaConsumer | None = None
        self._leaving: asyncio.Task[None] | None = None
        self._preparing: dict[int, asyncio.Task[bool]] = {}
        self._held: dict[int, Buffer] = {}
        self._reported: dict[TopicPartition, int] = {}
        self._failed: BaseException | None = None
        self._revoking = asyncio.Lock()
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def failed(self) -> BaseException | None:
        """Why the subscription can no longer work, or None."""
        return self._failed

    async def start(self) -> None:
        """Join the group. Raises LogUnavailableError."""
        consumer = AIOKafkaConsumer(
            bootstrap_servers=self._log.brokers,
            client_id="hearth",
            # Kafka's groups span topics, and one topic's rebalance would stop the others.
            group_id=f"{self._log.topic}.{self._group}",
            auto_offset_reset="earliest",
            enable_auto_commit=False,
            fetch_max_wait_ms=20,
            max_partition_fetch_bytes=2**20,
            session_timeout_ms=int(self._log.session * 1000),
            heartbeat_interval_ms=int(self._log.session * 1000 / 5),
            rebalance_timeout_ms=int(self._log.rebalance * 1000),
            # A join waits for all members to let go, so its request must outlast that.
            request_timeout_ms=int(self._log.rebalance * 1000) + 5000,
            partition_assignment_strategy=[RangePartitionAssignor],
            **self._log.access.options(),
        )
        consumer.subscribe([self._log.topic], listener=self)
        self._consumer = consumer
        try:
            await consumer.start()
        except (KafkaError, OSError) as error:
            self._consumer = None
            await consumer.stop()
            raise LogUnavailableError(f"cannot join {self._group}: {error!r}") from error
        work = (self._pump(consumer), self._publish(consumer), self._watch())
        self._tasks = [asyncio.create_task(self._guard(part)) for part in work]

    async def stop(self) -> None:
        """Let go of everything and leave. Stopping twice is safe."""
        if self._leaving is None:
            self._leaving = asyncio.create_task(self._leave())
        await self._leaving

    async def _leave(self) -> None:
        consumer, self._consumer = self._consumer, None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._let_go()
        if consumer is not None:
            with contextlib.suppress(KafkaError, TimeoutError):
                async with asyncio.timeout(self._log.deadline):
                    await consumer.stop()

    async def take(self, partition: int, at_most: int, wait: float) -> Sequence[Record]:
        """See the port."""
        until = asyncio.get_running_loop().time() + wait
        while (buffer := self._held.get(partition)) is not None:
            if taken := buffer.get(at_most):
                self._resume(partition, buffer)
                return taken
            try:
                async with asyncio.timeout_at(until):
                    await buffer.wait()
            except TimeoutError:
                return []
        await asyncio.sleep(0)  # who asks on and on for what is not held stops nobody else
        return []

    async def report(self, partition: int, following: int) -> None:
        """Committed to Kafka within a second, for its lag tools."""
        self._reported[TopicPartition(self._log.topic, partition)] = following

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> Awaitable[None]:
        """Called by aiokafka. Not a coroutine, so that nothing comes before the pause."""
        if self._consumer is not None:
            self._consumer.pause(*assigned)
            for where in assigned:
                buffer = self._held[where.partition] = Buffer()
                task = asyncio.create_task(self._prepare(self._consumer, where, buffer))
                self._preparing[where.partition] = task
        return asyncio.sleep(0)

    async def on_partitions_revoked(
        self,
        revoked: Collection[TopicPartition],  # noqa: ARG002 - aiokafka's signature
    ) -> None:
        """Called by aiokafka before it joins anew; eagerly, so all are revoked."""
        await self._let_go()

    async def _prepare(
        self, consumer: AIOKafkaConsumer, where: TopicPartition, buffer: Buffer
    ) -> bool:
        """Have the listener take the partition, then open it. Whether it took it."""
        try:
            following = await self._listener.assigned(where.partition)
            await self._check(where, following)
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends the subscription
            self._fail(error)
            return False
        if self._held.get(where.partition) is buffer and where in consumer.assignment():
            buffer.open(following)
            consumer.seek(where, following)
            consumer.resume(where)
        return True

    async def _check(self, where: TopicPartition, following: int) -> None:
        """Raises PositionError when the log has not what follows; waits for the log."""
        while True:
            try:
                beginning = (await self._log.beginnings([where]))[where]
                end = (await self._log.ends([where]))[where]
            except LogUnavailableError:
                await asyncio.sleep(_RETRY)
            else:
                check_position(where.topic, where.partition, following, beginning, end)
                return

    async def _let_go(self) -> None:
        """Hand out no more, then have the listener finish each partition that it has."""
        async with self._revoking:
            preparing, self._preparing = self._preparing, {}
            self._drop()
            for partition, task in preparing.items():
                if await task:
                    await self._revoke(partition)

    def _drop(self) -> None:
        held, self._held = self._held, {}
        for buffer in held.values():
            buffer.close()

    async def _revoke(self, partition: int) -> None:
        try:
            await self._listener.revoked(partition)
        except Exception as error:  # noqa: BLE001 - aiokafka would log it and go on
            self._fail(error)

    def _resume(self, partition: int, buffer: Buffer) -> None:
        if buffer.paused and buffer.low and self._consumer is not None:
            buffer.paused = False
            buffer.moved = time.monotonic()
            where = TopicPartition(self._log.topic, partition)
            if where in self._consumer.assignment():
                self._consumer.resume(where)

    async def _pump(self, consumer: AIOKafkaConsumer) -> None:
        while True:
            # Only these were sought before we ask; what else comes is from a wrong place.
            open_before = {p: buffer for p, buffer in self._held.items() if buffer.opened}
            try:
                fetched = await consumer.getmany(timeout_ms=200, max_records=DRAINED_AT_ONCE)
            except KafkaError as error:
                if not error.retriable:
                    raise
                log.warning("reading %s: %r", self._log.topic, error)
                await asyncio.sleep(_RETRY)
                continue
            for where, records in fetched.items():
                buffer = self._held.get(where.partition)
                if buffer is None or not buffer.opened:
                    continue
                if open_before.get(where.partition) is buffer:
                    self._put(consumer, where, buffer, records)
                else:  # it was opened while we asked: where these are from cannot be told
                    consumer.seek(where, buffer.following)

    def _put(
        self,
        consumer: AIOKafkaConsumer,
        where: TopicPartition,
        buffer: Buffer,
        records: list[ConsumerRecord],
    ) -> None:
        if records[0].offset < buffer.following:
            raise PositionError(
                f"{self._log.topic}/{where.partition} went back from {buffer.following} to"
                f" {records[0].offset}: it has lost records; rebuild from what is there"
            )
        buffer.put([Record(r.offset, r.key or b"", r.value or b"") for r in records])
        if buffer.full and not buffer.paused:
            buffer.paused = True
            consumer.pause(where)

    async def _publish(self, consumer: AIOKafkaConsumer) -> None:
        """Commit what was reported, once a second; it is for looking at only."""
        while True:
            await asyncio.sleep(_REPORT_EVERY)
            held = consumer.assignment()
            said, self._reported = self._reported, {}
            mine = {where: following for where, following in said.items() if where in held}
            if mine:
                with contextlib.suppress(KafkaError):
                    await consumer.commit(mine)

    async def _watch(self) -> None:
        """Fail when a partition stands still behind the end, while the log answers."""
        while True:
            await asyncio.sleep(self._log.stuck / 4)
            idle = {
                TopicPartition(self._log.topic, partition): buffer
                for partition, buffer in self._held.items()
                if buffer.opened and not buffer.paused
            }
            try:
                ends = await self._log.ends(list(idle))
            except LogUnavailableError:
                for buffer in idle.values():
                    buffer.moved = time.monotonic()
                continue
            for where, buffer in idle.items():
                self._judge(where, buffer, ends[where])

    def _judge(self, where: TopicPartition, buffer: Buffer, end: int) -> None:
        still = time.monotonic() - buffer.moved
        if end <= buffer.following:
            buffer.moved = time.monotonic()
        elif still > self._log.stuck and self._held.get(where.partition) is buffer:
            raise StuckError(
                f"{where.topic}/{where.partition} stands at {buffer.following} of {end} for"
                f" {still:.0f} s: restart this process"
            )

    async def _guard(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - whatever it is, it ends the subscription
            self._fail(error)

    def _fail(self, error: BaseException) -> None:
        log.error("the subscription of %s to %s failed: %r", self._group, self._log.topic, error)
        self._failed = self._failed or error
        self._drop()
        if self._leaving is None:
            self._leaving = asyncio.create_task(self._leave())
