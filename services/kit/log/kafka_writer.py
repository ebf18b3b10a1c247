"""Appends to a topic of Kafka, one batch of the broker's a write, and survives its producer."""

import asyncio
import contextlib
import logging
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
    RecordListTooLargeError,
)
from aiokafka.producer.message_accumulator import BatchBuilder

from services.kit.log.kafka_access import Access
from services.kit.log.kafka_topic import LARGEST_BATCH
from services.kit.log.port import Entry, LogUnavailableError, RecordTooLargeError

log = logging.getLogger(__name__)
_TOO_LARGE = (MessageSizeTooLargeError, RecordListTooLargeError)


class KafkaWriter:
    """An idempotent producer for one topic, replaced when it fails.

    With idempotence a batch never expires: whoever waits for it must have a deadline, and a batch
    given up may still land. A failed batch leaves a hole in the producer's sequence, so that all
    later ones would be refused (OutOfOrderSequenceNumber): it is replaced after any failure.
    """

    def __init__(
        self,
        brokers: str,
        topic: str,
        deadline: float,
        compression: str | None,
        access: Access,
    ) -> None:
        self._brokers = brokers
        self._access = access
        self._topic = topic
        self._deadline = deadline
        self._compression = compression
        self._producer: AIOKafkaProducer | None = None
        self._replacing = asyncio.Lock()
        self._leaving: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Connect. Raises KafkaError."""
        self._producer = await self._new_producer()

    async def stop(self) -> None:
        """Send what is under way, for at most the deadline, and disconnect."""
        producer, self._producer = self._producer, None
        if producer is not None:
            self._retire(producer)
        if self._leaving:
            await asyncio.wait(self._leaving)

    async def write(self, partition: int, entries: Sequence[Entry]) -> int:
        """The offset of the first entry. Raises LogUnavailableError, RecordTooLargeError."""
        producer = await self._current()
        batch = _batch(producer, entries)
        try:
            sent = await producer.send_batch(batch, self._topic, partition=partition)
            offset = (await sent).offset
        except _TOO_LARGE as error:
            await self._replace(producer)
            raise RecordTooLargeError(
                f"the broker refused {batch.size()} bytes: raise max.message.bytes of"
                f" {self._topic} to at most {LARGEST_BATCH}, or append less at a time"
            ) from error
        except KafkaTimeoutError as error:
            raise LogUnavailableError(f"Kafka does not acknowledge: {error!r}") from error
        except KafkaError as error:
            await self._replace(producer)
            raise LogUnavailableError(f"Kafka refused a batch: {error!r}; retry") from error
        if offset < 0:  # a repeat that the broker knew already and no longer says where
            raise LogUnavailableError("Kafka has the batch but does not say where; retry")
        return offset

    async def _current(self) -> AIOKafkaProducer:
        async with self._replacing:
            if self._producer is None:
                try:
                    self._producer = await self._new_producer()
                except KafkaError as error:
                    raise LogUnavailableError(f"Kafka does not answer: {error!r}") from error
            return self._producer

    async def _replace(self, broken: AIOKafkaProducer) -> None:
        async with self._replacing:
            if self._producer is broken:
                log.warning("replacing the Kafka producer of %s after a failed batch", self._topic)
                self._producer = None
                self._retire(broken)

    def _retire(self, producer: AIOKafkaProducer) -> None:
        task = asyncio.create_task(self._close(producer))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _close(self, producer: AIOKafkaProducer) -> None:
        with contextlib.suppress(KafkaError, TimeoutError):
            async with asyncio.timeout(self._deadline):
                await producer.stop()

    async def _new_producer(self) -> AIOKafkaProducer:
        producer = AIOKafkaProducer(
            bootstrap_servers=self._brokers,
            client_id="hearth",
            acks="all",
            enable_idempotence=True,
            compression_type=self._compression,
            max_batch_size=LARGEST_BATCH,
            max_request_size=LARGEST_BATCH + 2**16,
            linger_ms=0,  # the batcher in front has gathered already
            request_timeout_ms=max(5000, int(self._deadline * 1000)),
            **self._access.options(),
        )
        try:
            await producer.start()
        except BaseException:
            await producer.stop()
            raise
        return producer


def _batch(producer: AIOKafkaProducer, entries: Sequence[Entry]) -> BatchBuilder:
    batch = producer.create_batch()
    for key, value in entries:
        if batch.append(timestamp=None, key=key, value=value) is None:
            raise RecordTooLargeError(
                f"{len(entries)} entries exceed {LARGEST_BATCH} bytes: append less at a time"
            )
    batch.close()  # a closed batch does not linger
    return batch
