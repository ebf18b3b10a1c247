"""A topic of Kafka: what its readers need of it, and that it is there with what we need."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic
from aiokafka.errors import KafkaError, for_code

from services.kit.log.batching import LARGEST_APPEND
from services.kit.log.kafka_access import Access

# One write is one batch of the broker's, so that it stands together; batch headers are small.
LARGEST_BATCH = LARGEST_APPEND + 2**18
_REPLICAS = 3
_TOPIC_EXISTS = 36
_UNKNOWN_TOPIC = 3

# Nothing is ever taken away: a rebuild starts at the beginning.
KEEP_EVERYTHING = {"retention.ms": "-1", "retention.bytes": "-1", "cleanup.policy": "delete"}


class Topic(Protocol):
    """What a member of a group needs of the log that it reads; times are seconds."""

    brokers: str
    access: Access
    topic: str
    deadline: float
    session: float
    rebalance: float
    stuck: float

    async def beginnings(self, where: Sequence[TopicPartition]) -> dict[TopicPartition, int]: ...
    async def ends(self, where: Sequence[TopicPartition]) -> dict[TopicPartition, int]: ...


async def ensure_topic(
    brokers: str,
    access: Access,
    topic: str,
    partitions: int,
    settings: Mapping[str, str],
    within: float,
) -> int:
    """Create `topic` or add what it lacks to `partitions`; return how many it has.

    Requests get `within` seconds. An existing topic's settings are its operator's.
    Raises KafkaError.
    """
    admin = AIOKafkaAdminClient(
        bootstrap_servers=brokers, request_timeout_ms=int(within * 1000), **access.options()
    )
    await admin.start()
    try:
        there = await _partitions(admin, topic)
        if there == 0:
            await _create(admin, topic, partitions, settings)
            return max(partitions, await _partitions(admin, topic))
        if there < partitions:
            answer = await admin.create_partitions({topic: NewPartitions(partitions)})
            _check(answer.topic_errors)
        return max(there, partitions)
    finally:
        await admin.close()


async def _create(
    admin: AIOKafkaAdminClient, topic: str, partitions: int, settings: Mapping[str, str]
) -> None:
    brokers = len((await admin.describe_cluster())["brokers"])
    replicas = min(_REPLICAS, brokers)
    configs = {
        **KEEP_EVERYTHING,
        "max.message.bytes": str(LARGEST_BATCH),
        # An acknowledged record outlives one broker where there are three.
        "min.insync.replicas": str(max(1, replicas - 1)),
        **settings,
    }
    answer = await admin.create_topics([NewTopic(topic, partitions, replicas, None, configs)])
    _check(answer.topic_errors, ignoring=_TOPIC_EXISTS)


async def _partitions(admin: AIOKafkaAdminClient, topic: str) -> int:
    [description] = await admin.describe_topics([topic])
    if description["error_code"] == _UNKNOWN_TOPIC:
        return 0
    _check([(topic, description["error_code"])])
    return len(description["partitions"])


def _check(errors: list[Any], ignoring: int = 0) -> None:
    for name, code, *why in errors:
        if code not in (0, ignoring):
            error: KafkaError = for_code(code)(f"{name}: {why}")
            raise error
