from collections.abc import Awaitable, Collection

from aiokafka import TopicPartition

class ConsumerRebalanceListener:
    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> Awaitable[None]: ...
    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> Awaitable[None]: ...
